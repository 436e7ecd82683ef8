using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>One stream with some watches on all keys of the load; counts events without decoding them.</summary>
internal sealed class WatchReader(string authority, int watches, CancellationToken end)
{
    private const int FrameHeaderBytes = 5;
    private const byte CreatedTag = 3 << 3;
    private const byte EventsTag = (11 << 3) | 2;
    private byte[] _joined = [];
    private long _events;
    private int _created;

    /// <summary>Events so far.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>All watches are created.</summary>
    public bool IsReady => Volatile.Read(ref _created) == watches;

    /// <summary>Reads until the end.</summary>
    /// <exception cref="IOException">The server has ended the stream.</exception>
    public async Task RunAsync()
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false, InitialHttp2StreamWindowSize = 1 << 20 });
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{authority}/etcdserverpb.Watch/Watch")
        {
            Content = new OpenRequest(Creates(), end),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        PipeReader reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(end), new StreamPipeReaderOptions(bufferSize: 64 << 10));
        while (true)
        {
            ReadResult read = await reader.ReadAsync(end);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (TryTake(ref buffer))
            {
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                throw new IOException($"{authority} has ended the watch");
            }
        }
    }

    /// <summary>WatchRequest.create_request for every watch: from "metaload/" to "metaload0".</summary>
    private byte[] Creates()
    {
        byte[] create = new ProtoWriter().Bytes(1, "metaload/"u8).Bytes(2, "metaload0"u8).ToArray();
        byte[] request = new ProtoWriter().Bytes(1, create).ToArray();
        byte[] frame = new byte[FrameHeaderBytes + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), request.Length);
        request.CopyTo(frame, FrameHeaderBytes);
        return [.. Enumerable.Repeat(frame, watches).SelectMany(bytes => bytes)];
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer)
    {
        SequenceReader<byte> reader = new(buffer);
        if (!reader.TryRead(out _) || !reader.TryReadBigEndian(out int length) || reader.Remaining < length)
        {
            return false;
        }

        Count(buffer.Slice(FrameHeaderBytes, length));
        buffer = buffer.Slice(FrameHeaderBytes + (long)length);
        return true;
    }

    private void Count(in ReadOnlySequence<byte> message)
    {
        if (message.IsSingleSegment)
        {
            Count(message.FirstSpan);
            return;
        }

        int length = (int)message.Length;
        if (_joined.Length < length)
        {
            _joined = new byte[2 * length];
        }

        message.CopyTo(_joined);
        Count(_joined.AsSpan(0, length));
    }

    /// <summary>Goes from field to field of a WatchResponse.</summary>
    private void Count(ReadOnlySpan<byte> message)
    {
        int events = 0;
        while (!message.IsEmpty)
        {
            byte tag = message[0];
            int length = Varint(message[1..], out ulong value);
            message = message[(1 + length)..];
            if ((tag & 7) == 2)
            {
                message = message[(int)value..];
            }

            events += tag == EventsTag ? 1 : 0;
            if (tag == CreatedTag)
            {
                Volatile.Write(ref _created, _created + 1);
            }
        }

        Volatile.Write(ref _events, _events + events);
    }

    private static int Varint(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = bytes[0];
        if (value < 0x80)
        {
            return 1;
        }

        value &= 0x7f;
        for (int at = 1; ; at++)
        {
            value |= (ulong)(bytes[at] & 0x7f) << (7 * at);
            if (bytes[at] < 0x80)
            {
                return at + 1;
            }
        }
    }
}
