using System.Diagnostics;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Leasing;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Tests.Leasing;

/// <summary>As many requests as are in flight, then one for each answer, however the answers are cut; a lease without time left is a failure.</summary>
public sealed class KeepAliveStreamTests
{
    private const int RequestBytes = GrpcFrame.PrefixBytes + 2;

    private readonly KeepAliveStream _stream = new([7, 8, 9], inflight: 2, from: 0, until: long.MaxValue);

    [Fact]
    public void Start_AsManyRequestsAsInFlight_ThenNone()
    {
        Assert.Equal([0, 0, 0, 0, 2, 8, 7, 0, 0, 0, 0, 2, 8, 8], _stream.TakeDue().ToArray());
        Assert.True(_stream.TakeDue().IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void Answers_HoweverCut_MakeOneRequestDueEach(int piece)
    {
        _stream.TakeDue();
        byte[] answers = [.. Answer(ttl: 60), .. Answer(ttl: 0)];
        foreach (byte[] part in answers.Chunk(piece))
        {
            _stream.OnBytes(part);
        }

        Assert.Equal(2 * RequestBytes, _stream.TakeDue().Length);
        Assert.Equal(1, _stream.Recorder.Latency.Count);
        Assert.Equal(1, _stream.Recorder.ByStatus[GrpcStatus.Unknown]);
    }

    [Fact]
    public void Answers_BeforeTheMeasurement_DoNotCount()
    {
        KeepAliveStream early = new([7], inflight: 1, from: Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency), until: long.MaxValue);
        early.TakeDue();
        early.OnBytes(Answer(ttl: 60));
        Assert.Empty(early.Recorder.ByStatus);
        Assert.Equal(RequestBytes, early.TakeDue().Length);
    }

    private static byte[] Answer(ulong ttl)
    {
        byte[] message = new ProtoWriter().Bytes(1, [8, 1]).Varint(2, 7).Varint(3, ttl).ToArray();
        byte[] framed = new byte[GrpcFrame.PrefixBytes + message.Length];
        GrpcFrame.Write(framed, message);
        return framed;
    }
}
