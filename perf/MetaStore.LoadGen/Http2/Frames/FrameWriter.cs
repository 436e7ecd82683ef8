using System.Buffers.Binary;

namespace MetaStore.LoadGen.Http2.Frames;

/// <summary>Appends frames to the bytes of the next socket write.</summary>
internal sealed class FrameWriter
{
    private readonly SendBuffer _buffer = new();

    /// <summary>What holds the bytes not yet sent.</summary>
    public SendBuffer Buffer => _buffer;

    /// <summary>Bytes not yet sent.</summary>
    public ReadOnlySpan<byte> Pending => _buffer.Pending;

    /// <summary>Removes everything.</summary>
    public void Clear() => _buffer.Clear();

    /// <summary>Writes the connection preface with the client's settings.</summary>
    public void Preface(ReadOnlySpan<(ushort Id, uint Value)> settings)
    {
        Http2Wire.Preface.CopyTo(_buffer.Append(Http2Wire.Preface.Length));
        Span<byte> values = Append(FrameType.Settings, 0, 0, 6 * settings.Length);
        foreach ((ushort id, uint value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(values, id);
            BinaryPrimitives.WriteUInt32BigEndian(values[2..], value);
            values = values[6..];
        }
    }

    /// <summary>Writes the header block of a request.</summary>
    public void Headers(int streamId, ReadOnlySpan<byte> block) =>
        block.CopyTo(Append(FrameType.Headers, Http2Wire.EndHeaders, streamId, block.Length));

    /// <summary>Writes a whole gRPC message as the last frame of a request.</summary>
    public void Message(int streamId, ReadOnlySpan<byte> message) =>
        GrpcFrame.Write(Append(FrameType.Data, Http2Wire.EndStream, streamId, GrpcFrame.PrefixBytes + message.Length), message);

    /// <summary>Writes a part of a request's body.</summary>
    public void Data(int streamId, ReadOnlySpan<byte> part, bool last) =>
        part.CopyTo(Append(FrameType.Data, last ? Http2Wire.EndStream : (byte)0, streamId, part.Length));

    /// <summary>Acknowledges the server's settings.</summary>
    public void SettingsAck() => Append(FrameType.Settings, Http2Wire.Ack, 0, 0);

    /// <summary>Answers a ping.</summary>
    public void Pong(ReadOnlySpan<byte> payload) => payload.CopyTo(Append(FrameType.Ping, Http2Wire.Ack, 0, payload.Length));

    /// <summary>Sends a window update for a stream or for the connection (stream 0).</summary>
    public void WindowUpdate(int streamId, int increment) =>
        BinaryPrimitives.WriteInt32BigEndian(Append(FrameType.WindowUpdate, 0, streamId, 4), increment);

    /// <summary>Resets a stream.</summary>
    public void Reset(int streamId, uint code) =>
        BinaryPrimitives.WriteUInt32BigEndian(Append(FrameType.RstStream, 0, streamId, 4), code);

    private Span<byte> Append(FrameType type, byte flags, int streamId, int length)
    {
        Span<byte> frame = _buffer.Append(Http2Wire.FrameHeaderBytes + length);
        Http2Wire.WriteFrameHeader(frame, length, type, flags, streamId);
        return frame[Http2Wire.FrameHeaderBytes..];
    }
}
