using System.Buffers.Binary;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Gathered;

/// <summary>Cuts the bytes of a response stream into messages, and these into results. Keeps only the bytes of a message that is not whole.</summary>
/// <param name="take">Receives the id, the gRPC status and the text of each result.</param>
internal sealed class ResultReader(Action<uint, int, string?> take)
{
    private const int ErrorField = 6;

    private byte[] _rest = new byte[16 << 10];
    private int _length;

    /// <summary>A new stream begins.</summary>
    public void Clear() => _length = 0;

    /// <summary>The next bytes, split anywhere.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_length == 0)
        {
            bytes = bytes[Read(bytes)..];
        }

        if (bytes.IsEmpty)
        {
            return;
        }

        if (_length + bytes.Length > _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(_rest.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_rest.AsSpan(_length));
        _length += bytes.Length;
        int read = Read(_rest.AsSpan(0, _length));
        if (read > 0)
        {
            _length -= read;
            _rest.AsSpan(read, _length).CopyTo(_rest);
        }
    }

    /// <summary>Reads whole messages and returns their bytes.</summary>
    private int Read(ReadOnlySpan<byte> bytes)
    {
        int read = 0;
        while (bytes.Length - read >= GrpcFrame.PrefixBytes)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes[(read + 1)..]);
            if (bytes.Length - read - GrpcFrame.PrefixBytes < length)
            {
                break;
            }

            ProtoFields results = new(bytes.Slice(read + GrpcFrame.PrefixBytes, length));
            while (results.MoveNext())
            {
                Take(results.Bytes);
            }

            read += GrpcFrame.PrefixBytes + length;
        }

        return read;
    }

    private void Take(ReadOnlySpan<byte> result)
    {
        uint id = 0;
        int status = GrpcStatus.Ok;
        string? text = null;
        ProtoFields fields = new(result);
        while (fields.MoveNext())
        {
            if (fields.Field == 1)
            {
                id = (uint)fields.Number;
            }
            else if (fields.Field == ErrorField)
            {
                status = GrpcStatus.Unknown;
                ProtoFields error = new(fields.Bytes);
                while (error.MoveNext())
                {
                    if (error.Field == 1)
                    {
                        status = (int)error.Number;
                    }
                    else
                    {
                        text = System.Text.Encoding.UTF8.GetString(error.Bytes);
                    }
                }
            }
        }

        take(id, status, text);
    }
}
