using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>metactl as a process with closed or full streams or without a reader, with arguments that are not text, and with a member on a unix socket.</summary>
[Collection(nameof(OneAtATime))]
public sealed class StreamTests(OneMember member) : IClassFixture<OneMember>
{
    [Theory]
    [InlineData("M put closed <&-", 128, "Error: put command needs 1 argument and input from stdin or 2 arguments")]
    [InlineData("M txn <&-", 3, "Error: EOF in line 1: each of the three parts ends with an empty line")]
    [InlineData("M put closed v >&-", 0, "")]
    [InlineData("M put closed v >&- 2>&- <&-", 0, "")]
    [InlineData("M get w2 >/dev/full", 6, "Error: standard output: No space left on device")]
    [InlineData("M get w2 -w json >/dev/full", 6, "Error: standard output: No space left on device")]
    [InlineData("M gett 2>/dev/full", 1, "")]
    [InlineData("M watch --prefix w --rev 1 | { head -n 1; exec <&-; M put w-later v >/dev/null; }", 0, "PUT")]
    [InlineData("{ sleep 0.1; M get w2; echo $? >&2; } | true", 0, "141")]
    [InlineData("F=$(mktemp); { echo 1; M get w2 --keys-only; echo 3; } > $F; head -n 1 $F; tail -n 1 $F; rm $F", 0, "1\n3")]
    [InlineData("M put \"$(printf 'k\\377')\" \"$(printf '\\376\\001')\" && M get \"$(printf 'k\\377')\" --print-value-only | od -An -tx1", 0, "OK\n fe 01 0a")]
    public async Task Streams_OfEveryKind(string script, int code, string output)
    {
        var (ended, printed) = await RunAsync(script);
        Assert.Equal((code, output), (ended, printed));
    }

    [Fact]
    public async Task Endpoint_OnASocket_Works()
    {
        await using var relay = new SocketRelay(Path.Combine(Path.GetTempPath(), $"metactl-{Environment.ProcessId}.sock"), member.Endpoint);
        foreach (var endpoint in (string[])[$"unix://{relay.Path}", $"unix:{relay.Path}"])
        {
            Assert.Equal((0, "OK\n", string.Empty), await InProcess.RunAsync("--endpoints", endpoint, "put", "through", "a socket"));
            Assert.Equal((0, "through\na socket\n", string.Empty), await InProcess.RunAsync("--endpoints", endpoint, "get", "through"));
            var (code, output, _) = await InProcess.RunAsync("--endpoints", endpoint, "endpoint", "health");
            Assert.Equal(0, code);
            Assert.StartsWith($"{endpoint} is healthy", output, StringComparison.Ordinal);
        }
    }

    private Task<(int Code, string Output)> RunAsync(string script) =>
        OneMember.EndAsync(ServerProcess.Start("/bin/sh", ["-c", $"M() {{ '{Programs.Metactl}' --endpoints {member.Endpoint} \"$@\"; }}\n{script}"]));
}
