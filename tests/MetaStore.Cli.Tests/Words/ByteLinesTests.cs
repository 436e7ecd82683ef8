using System.Text;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

public sealed class ByteLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\nno end", "a")]
    [InlineData("\n\n", "|")]
    [InlineData("a\r\nb\n", "a\r|b")]
    public async Task Lines_EndWithALineFeed_AndTheLastMustToo(string text, string expected) => Assert.Equal(expected, string.Join('|', await ReadAsync(text, step: 3)));

    [Fact]
    public async Task Lines_LongerThanABlock_AreWhole()
    {
        string[] lines = [new('x', 4095), new('y', 4096), new('z', 20_000), "end"];
        Assert.Equal(lines, await ReadAsync(string.Concat(lines.Select(line => line + "\n")), step: 1000));
    }

    [Fact]
    public async Task Cancelled_WhileItWaits_Ends()
    {
        using var stop = new CancellationTokenSource();
        var line = new ByteLines(new System.IO.Pipelines.Pipe().Reader.AsStream()).NextAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await line);
    }

    private static async Task<List<string>> ReadAsync(string text, int step)
    {
        var lines = new ByteLines(new SlowStream(Encoding.UTF8.GetBytes(text), step));
        var read = new List<string>();
        while (await lines.NextAsync(CancellationToken.None) is { } line)
        {
            read.Add(Encoding.UTF8.GetString(line));
        }

        return read;
    }

    /// <summary>Returns a few bytes at a time, as a terminal or a pipe does.</summary>
    private sealed class SlowStream(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
