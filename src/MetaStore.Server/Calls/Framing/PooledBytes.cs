using MetaStore.Server.Budgets;

namespace MetaStore.Server.Calls.Framing;

/// <summary>Bytes in a rented array that grows on demand. Dispose returns the array; nothing may read the bytes afterwards.</summary>
internal sealed class PooledBytes : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    private byte[] _array = LargeArrays.Pool.Rent(FirstBytes);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far.</summary>
    public ArraySegment<byte> Written => new(_array, 0, Length);

    /// <summary>Reads a stream to its end, but at most one byte more than the limit.</summary>
    /// <returns>False when there was more than the limit.</returns>
    public bool TryReadToEnd(Stream source, int maxBytes)
    {
        while (Length <= maxBytes)
        {
            if (Length == _array.Length)
            {
                Grow();
            }

            int read = source.Read(_array, Length, (int)Math.Min(_array.Length - Length, maxBytes + 1L - Length));
            if (read == 0)
            {
                return true;
            }

            Length += read;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_array.Length > 0)
        {
            LargeArrays.Pool.Return(_array);
            _array = [];
            Length = 0;
        }
    }

    private void Grow()
    {
        byte[] larger = LargeArrays.Pool.Rent(2 * _array.Length);
        _array.AsSpan(0, Length).CopyTo(larger);
        LargeArrays.Pool.Return(_array);
        _array = larger;
    }
}
