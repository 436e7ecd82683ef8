using System.Buffers;
using Google.Protobuf;
using MetaStore.Grpc.Wire;

namespace MetaStore.Grpc.Client;

/// <summary>A serialized request message with its five bytes, in a rented array.</summary>
internal readonly struct RequestFrame : IDisposable
{
    private readonly byte[] _rented;
    private readonly int _length;

    public RequestFrame(IMessage message, bool compress, int maxBytes)
    {
        var size = message.CalculateSize();
        if (size > maxBytes)
        {
            throw new RpcException(StatusCode.ResourceExhausted, $"trying to send message larger than max ({size} vs. {maxBytes})");
        }

        _rented = ArrayPool<byte>.Shared.Rent(MessageFrame.HeaderBytes + size);
        message.WriteTo(_rented.AsSpan(MessageFrame.HeaderBytes, size));
        compress &= size > 0;
        if (compress)
        {
            var deflated = MessageEncoding.Deflate(_rented.AsSpan(MessageFrame.HeaderBytes, size));
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = ArrayPool<byte>.Shared.Rent(MessageFrame.HeaderBytes + deflated.Length);
            deflated.CopyTo(_rented, MessageFrame.HeaderBytes);
            size = deflated.Length;
        }

        _length = MessageFrame.HeaderBytes + size;
        MessageFrame.WriteHeader(_rented, size, compress);
    }

    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
}
