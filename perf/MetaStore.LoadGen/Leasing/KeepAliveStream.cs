using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Leasing;

/// <summary>Requests and answers of one LeaseKeepAlive stream with several requests in flight: each answer makes the next request due, over its leases in turn.</summary>
/// <remarks>One thread. Nothing is allocated per renewal.</remarks>
/// <param name="leases">At least one.</param>
/// <param name="inflight">Requests without an answer.</param>
/// <param name="from">Start of the measurement, a timestamp: answers between the two count.</param>
/// <param name="until">Its end.</param>
internal sealed class KeepAliveStream(IEnumerable<long> leases, int inflight, long from, long until) : IResponseBytes
{
    private const int TimeToLiveField = 3;

    private readonly byte[][] _requests = [.. leases.Select(Request)];
    private readonly Queue<long> _askedAt = new();
    private readonly ArrayBufferWriter<byte> _due = new();
    private readonly ArrayBufferWriter<byte> _rest = new();
    private int _owed = inflight;
    private int _turn;

    /// <summary>What it measured.</summary>
    public RunRecorder Recorder { get; } = new();

    /// <summary>The requests that are due, with the five bytes in front of each, which count as sent now; valid until the next call, empty when there are none.</summary>
    public ReadOnlyMemory<byte> TakeDue()
    {
        _due.ResetWrittenCount();
        long now = Stopwatch.GetTimestamp();
        for (; _owed > 0; _owed--)
        {
            _due.Write(_requests[_turn++ % _requests.Length]);
            _askedAt.Enqueue(now);
        }

        return _due.WrittenMemory;
    }

    /// <inheritdoc/>
    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        long now = Stopwatch.GetTimestamp();
        if (_rest.WrittenCount > 0)
        {
            _rest.Write(bytes);
            byte[] all = _rest.WrittenSpan.ToArray();
            _rest.ResetWrittenCount();
            bytes = all;
        }

        while (bytes.Length >= GrpcFrame.PrefixBytes
            && GrpcFrame.PrefixBytes + BinaryPrimitives.ReadInt32BigEndian(bytes[1..]) is var length && bytes.Length >= length)
        {
            Count(bytes[GrpcFrame.PrefixBytes..length], now);
            bytes = bytes[length..];
        }

        _rest.Write(bytes);
    }

    private void Count(ReadOnlySpan<byte> answer, long now)
    {
        bool isAlive = false;
        ProtoFields fields = new(answer);
        while (fields.MoveNext())
        {
            isAlive |= fields.Field == TimeToLiveField && (long)fields.Number > 0;
        }

        _owed++;
        long askedAt = _askedAt.Dequeue();
        if (now >= from && now < until)
        {
            Recorder.Record(isAlive ? GrpcStatus.Ok : GrpcStatus.Unknown, "the lease is gone", now - askedAt, 0, (int)((now - from) / Stopwatch.Frequency));
        }
    }

    private static byte[] Request(long lease)
    {
        byte[] message = new ProtoWriter().Varint(1, (ulong)lease).ToArray();
        byte[] request = new byte[GrpcFrame.PrefixBytes + message.Length];
        GrpcFrame.Write(request, message);
        return request;
    }
}
