using System.Buffers;
using System.IO.Pipelines;
using MetaStore.Server.Listening.Connections;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Server.Tests.Listening.Connections;

public sealed class GuardedInputTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    public async Task Bytes_InPiecesOfAnySize_GoThroughUnchanged(int piece)
    {
        var random = new Random(piece);
        var sent = new List<byte>(Frames.Preface);
        for (var i = 0; i < 1000; i++)
        {
            sent.AddRange(random.Next(3) == 0 ? Frames.Request((2 * i) + 1, "/a.B/C") : random.Next(3) == 0 ? Frames.Of(Frames.WindowUpdate, 0, 1, 0, 0, 1, 0) : Frames.Of(Frames.Data, 0, 1, new byte[random.Next(100)]));
        }

        var (input, intake, writer) = Guarded();
        var writing = WriteAsync(writer, [.. sent], piece);
        var received = new ArrayBufferWriter<byte>();
        for (var isOver = false; !isOver;)
        {
            var result = await input.ReadAsync();
            isOver = result.IsCompleted;

            // Kestrel buffers all bytes it sees, whether frames are complete or not; the calls start at once.
            received.Write(result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
            for (var i = 0; i < 16; i++)
            {
                intake.OnBegun();
            }
        }

        await writing;
        Assert.Equal(Convert.ToHexString([.. sent]), Convert.ToHexString(received.WrittenSpan));
    }

    [Fact]
    public async Task Calls_BeyondTheShare_AreShownWhenOthersHaveBegun()
    {
        const int calls = 4 * CallIntake.ShareMost;
        var one = Frames.Request(1, "/a.B/C");
        var (input, intake, writer) = Guarded();
        await writer.WriteAsync((byte[])[.. Frames.Preface, .. Frames.Repeat(one, calls * one.Length)]);

        var first = await input.ReadAsync();
        Assert.Equal(Frames.Preface.Length + (CallIntake.ShareMost * one.Length), first.Buffer.Length);
        input.AdvanceTo(first.Buffer.End);
        for (var i = 0; i < CallIntake.ShareMost / 2; i++)
        {
            intake.OnBegun();
        }

        var second = await input.ReadAsync();
        Assert.Equal(CallIntake.ShareMost / 2 * one.Length, second.Buffer.Length);
        input.AdvanceTo(second.Buffer.End);

        // None starts any more, as if Kestrel had rejected them all: they are forwarded slowly.
        var third = await input.ReadAsync();
        Assert.Equal(CallIntake.ShareLeast * one.Length, third.Buffer.Length);
    }

    private static (GuardedInput Input, CallIntake Intake, PipeWriter Writer) Guarded()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var intake = new CallIntake(new ConnectionLimit(10));
        return (new GuardedInput(pipe.Reader, new FrameAllowance(TimeProvider.System), intake, () => Assert.Fail("no flood")), intake, pipe.Writer);
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] bytes, int piece)
    {
        foreach (var part in bytes.Chunk(piece))
        {
            await writer.WriteAsync(part);
        }

        await writer.CompleteAsync();
    }
}
