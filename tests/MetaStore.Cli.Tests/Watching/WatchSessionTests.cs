using System.IO.Pipelines;
using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Cli.Watching;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Watching;

public sealed class WatchSessionTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Fact]
    public async Task Lines_ThatAreNoWatch_AreReported_AndTheEndOfInputIsAnError()
    {
        var (code, output, error) = await _member.RunAsync(["watch", "-i"], "get k\nwatch\n\nwatch a b --prefix\n");
        Assert.Equal((3, string.Empty), (code, output));
        Assert.Equal(
            """
            Invalid command get k (only support watch)
            Invalid command watch (command type or key is not provided)
            Invalid command  (only support watch)
            Invalid command watch a b --prefix (`range_end` and `--prefix` are mutually exclusive)
            Error: reading watch request line: EOF

            """,
            error);
    }

    [Fact]
    public async Task Line_WithAWrongFlag_EndsTheSession() =>
        Assert.Equal((128, string.Empty), await CodeAndOutputAsync("watch k --rev=x\nwatch k\n"));

    [Fact]
    public async Task Watches_RunTogether_AndTheEndOfOneEndsTheSession_BeforeTheNextLine()
    {
        var opened = new TaskCompletionSource();
        _member.On<WatchRequest>("Watch", request => request.CreateRequest.Key.ToStringUtf8() == "first" ? First() : Second());
        var input = new Pipe();
        Terminal.Replace(TerminalStreams.Of(Stream.Null, Stream.Null, Stream.Null));
        using var client = _member.Client();
        var session = WatchSession.RunAsync(client, new SimplePrinter(TextWriter.Null), input.Reader.AsStream(), CancellationToken.None);
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes("watch first\n"));
        await opened.Task;
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes("watch second\n"));

        Assert.Equal(ExitCodes.Interrupted, await session);
        Assert.Equal(["first", "second"], _member.Requests<WatchRequest>("Watch").Select(request => request.CreateRequest.Key.ToStringUtf8()).Order());

        object First()
        {
            opened.SetResult();
            return new WatchResponse { Created = true, Header = FakeMember.Header };
        }

        static object Second() => new WatchResponse { Canceled = true, CompactRevision = 4, Header = FakeMember.Header };
    }

    [Fact]
    public async Task Interrupted_WhileItWaitsForALine_Ends()
    {
        using var stop = new CancellationTokenSource();
        using var client = _member.Client();
        var session = WatchSession.RunAsync(client, new SimplePrinter(TextWriter.Null), new Pipe().Reader.AsStream(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session);
    }

    private async Task<(int Code, string Output)> CodeAndOutputAsync(string input)
    {
        var (code, output, _) = await _member.RunAsync(["watch", "-i"], input);
        return (code, output);
    }
}
