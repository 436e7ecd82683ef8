using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Leasing;

/// <summary>One LeaseKeepAlive stream with several requests in flight: each answer sends the next one, over its leases in turn.</summary>
internal sealed class KeepAliveStream(HttpMessageInvoker http, string authority, long[] leases, int inflight, CancellationToken end)
{
    private const int TimeToLiveField = 3;

    private readonly Queue<long> _askedAt = new();
    private readonly ArrayBufferWriter<byte> _requests = new();
    private int _turn;

    /// <summary>What it measured; to be read when <see cref="RunAsync"/> has returned.</summary>
    public RunRecorder Recorder { get; } = new();

    /// <summary>Renews until the end. Answers between the two timestamps count.</summary>
    /// <exception cref="IOException">The server has ended the stream.</exception>
    public async Task RunAsync(long from, long until)
    {
        OpenStream body = new(end);
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{authority}/etcdserverpb.Lease/LeaseKeepAlive")
        {
            Content = body,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        Task<HttpResponseMessage> answered = http.SendAsync(request, end);
        Stream requests = await body.Opened.WaitAsync(end);
        await AskAsync(requests, inflight);
        using HttpResponseMessage response = await answered;
        PipeReader answers = PipeReader.Create(await response.Content.ReadAsStreamAsync(end), new StreamPipeReaderOptions(bufferSize: 16 << 10));
        while (true)
        {
            ReadResult read = await answers.ReadAsync(end);
            ReadOnlySequence<byte> buffer = read.Buffer;
            long now = Stopwatch.GetTimestamp();
            int count = 0;
            while (TryTake(ref buffer, out bool isAlive))
            {
                count++;
                long askedAt = _askedAt.Dequeue();
                if (now >= from && now < until)
                {
                    Recorder.Record(isAlive ? GrpcStatus.Ok : GrpcStatus.Unknown, "the lease is gone", now - askedAt, 0, (int)((now - from) / Stopwatch.Frequency));
                }
            }

            answers.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                throw new IOException($"{authority} has ended the stream");
            }

            await AskAsync(requests, count);
        }
    }

    /// <summary>Sends requests, all in one write.</summary>
    private async ValueTask AskAsync(Stream requests, int count)
    {
        if (count == 0)
        {
            return;
        }

        _requests.ResetWrittenCount();
        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            byte[] message = new ProtoWriter().Varint(1, (ulong)leases[_turn++ % leases.Length]).ToArray();
            GrpcFrame.Write(_requests.GetSpan(GrpcFrame.PrefixBytes + message.Length), message);
            _requests.Advance(GrpcFrame.PrefixBytes + message.Length);
            _askedAt.Enqueue(now);
        }

        await requests.WriteAsync(_requests.WrittenMemory, end);
        await requests.FlushAsync(end);
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out bool isAlive)
    {
        isAlive = false;
        SequenceReader<byte> reader = new(buffer);
        if (!reader.TryRead(out _) || !reader.TryReadBigEndian(out int length) || reader.Remaining < length)
        {
            return false;
        }

        ReadOnlySequence<byte> message = buffer.Slice(GrpcFrame.PrefixBytes, length);
        ProtoFields fields = new(message.IsSingleSegment ? message.FirstSpan : message.ToArray());
        while (fields.MoveNext())
        {
            isAlive |= fields.Field == TimeToLiveField && (long)fields.Number > 0;
        }

        buffer = buffer.Slice(message.End);
        return true;
    }
}
