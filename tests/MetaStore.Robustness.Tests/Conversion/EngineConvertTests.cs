using System.Diagnostics;
using MetaStore.Testing;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Conversion;

/// <summary>metactl engine convert on real directories, complete and interrupted by kill -9. METASTORE_CONVERT_ROUNDS sets the number of rounds.</summary>
public sealed class EngineConvertTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory(DisplayName = "engine convert: the same state over the API; kill -9 in the middle leaves the old or the new engine, a second run finishes")]
    [InlineData("memory", "rocksdb", 1)]
    [RowOnRequest("rocksdb", "memory", 2)]
    public async Task Convert_KilledAnywhere_LosesNothing(string from, string to, int seed)
    {
        var rounds = RobustnessRounds.From("METASTORE_CONVERT_ROUNDS", 1);
        await using var node = await ConversionNode.CreateAsync(from);
        var whole = await WholeAsync(node, from, to);
        var random = new Random(seed);
        var switched = 0;
        for (var round = 0; round < rounds; round++)
        {
            node.PutBack();
            var delay = whole * random.NextDouble();
            await using (var conversion = node.StartConversion(to))
            {
                await Task.Delay(delay);
                await conversion.KillAsync();
            }

            switched += node.Engine == to ? 1 : 0;
            var where = $"seed {seed}, round {round}, killed after {delay.TotalMilliseconds:0} ms, engine {node.Engine}";
            await node.StartAndCompareAsync(where);
            node.PutBack();
            await using (var conversion = node.StartConversion(to))
            {
                await Task.Delay(delay);
                await conversion.KillAsync();
            }

            await ConvertAsync(node, to);
            await node.StartAndCompareAsync(where + ", finished by a second run");
        }

        output.WriteLine($"{rounds} rounds of two kills; a whole conversion takes {whole.TotalMilliseconds:0} ms; {switched} of {rounds} had switched");
    }

    private async Task<TimeSpan> WholeAsync(ConversionNode node, string from, string to)
    {
        var (code, printed) = await node.StartExpectingExitAsync(to);
        Assert.Equal(64, code);
        Assert.Contains($"metactl engine convert --data-dir {node.Node.DataDirectory} --to {to}", printed, StringComparison.Ordinal);
        Assert.Equal(from, node.Engine);

        var clock = Stopwatch.StartNew();
        var lines = await ConvertAsync(node, to);
        var took = clock.Elapsed;
        output.WriteLine(lines);
        Assert.Contains("equal", lines.Split('\n'));
        Assert.DoesNotContain(" 0 keys", lines, StringComparison.Ordinal);
        Assert.Equal(to, node.Engine);
        await node.StartAndCompareAsync("whole");
        return took;
    }

    private static async Task<string> ConvertAsync(ConversionNode node, string to)
    {
        await using var conversion = node.StartConversion(to);
        var code = await conversion.WaitForExitAsync(Limit);
        Assert.True(code == 0, conversion.Output);
        return conversion.Output;
    }
}
