using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using MetaStore.Server.Listening.Pings;

namespace MetaStore.Server.Tests.Listening;

/// <summary>A client that pings too often gets the GOAWAY that grpc-go knows, as the last bytes of its connection.</summary>
public sealed class GoAwayWriterTests
{
    private readonly Pipe _pipe = new();
    private readonly ConnectionPings _pings;
    private readonly GoAwayWriter _writer;

    public GoAwayWriterTests()
    {
        _pings = new ConnectionPings(new PingPolicy(TimeSpan.FromHours(1), TimeProvider.System), new ActiveCalls());
        _writer = new GoAwayWriter(_pipe.Writer, _pings);
    }

    [Fact]
    public async Task WithoutPings_EveryByteIsPassedOn()
    {
        await WriteAsync("frame 1");
        await WriteAsync("frame 2");
        Assert.Equal("frame 1frame 2", Encoding.ASCII.GetString(await SentAsync()));
    }

    [Fact]
    public async Task TooManyPings_GoAwayFollowsTheFrameThatIsBeingWritten_AndNothingFollowsIt()
    {
        _pings.OnStream(5);
        _pings.OnStream(3);
        for (int i = 0; i < 10; i++)
        {
            _pings.OnPing();
        }

        Assert.True(_pings.IsOver);
        await WriteAsync("frame");
        await WriteAsync("never sent");
        byte[] sent = await SentAsync();
        byte[] frame = sent[5..];
        Assert.Equal("frame", Encoding.ASCII.GetString(sent, 0, 5));
        Assert.Equal((22, (byte)7, 5, 0xB), (frame[2], frame[3], BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(9)), BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(13))));
        Assert.Equal("too_many_pings", Encoding.ASCII.GetString(frame, 17, frame.Length - 17));
        Assert.Equal(9 + 22, frame.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task AfterGoAway_MemoryIsStillGiven(int size)
    {
        for (int i = 0; i < 10; i++)
        {
            _pings.OnPing();
        }

        await _writer.FlushAsync();
        Assert.True(_writer.GetMemory(size).Length >= Math.Max(size, 1));
        Assert.True(_writer.GetSpan(size).Length >= Math.Max(size, 1));
    }

    private async Task WriteAsync(string text)
    {
        Encoding.ASCII.GetBytes(text).CopyTo(_writer.GetMemory(text.Length));
        _writer.Advance(text.Length);
        await _writer.FlushAsync();
    }

    private async Task<byte[]> SentAsync()
    {
        ReadResult read = await _pipe.Reader.ReadAsync();
        byte[] sent = read.Buffer.ToArray();
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        return sent;
    }
}
