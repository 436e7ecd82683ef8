namespace MetaStore.Batching;

/// <summary>A command that encodes itself, once, into the buffer that becomes the log entry.</summary>
/// <remarks>Implement it on a struct: the batcher is generic over it, which avoids boxing.</remarks>
public interface ICommandEncoder
{
    /// <summary>Bytes that <see cref="Write"/> fills; at least 0 and constant.</summary>
    int Size { get; }

    /// <summary>Fills <paramref name="target"/> completely.</summary>
    /// <param name="target">Exactly <see cref="Size"/> bytes of the shared buffer; not cleared before.</param>
    /// <remarks>Runs under the batcher's lock: must neither block nor call back. If it throws, Enqueue throws, and nothing is buffered.</remarks>
    void Write(Span<byte> target);
}
