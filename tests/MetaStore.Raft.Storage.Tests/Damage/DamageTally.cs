using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>Tries many ways to harm one file, on all processors, and counts how each of them ended.</summary>
internal sealed class DamageTally(string what, ITestOutputHelper output)
{
    /// <summary>METASTORE_EXHAUSTIVE=1 (make damage) tries every one of them; otherwise some, so that the tests stay quick.</summary>
    public static bool IsExhaustive { get; } = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1";

    private readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _wrong = [];

    /// <summary>Runs the cases [0, <paramref name="count"/>) and fails when one of them ended wrongly.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="stride">Tried of them unless all are: every so manieth.</param>
    /// <param name="run">Runs one: says how it ended, in a word, and what was wrong with that, or null.</param>
    public void Run(int count, int stride, Func<int, (string End, string? Wrong)> run)
    {
        var step = IsExhaustive ? 1 : stride;
        var clock = Stopwatch.StartNew();
        Parallel.For(0, (count + step - 1) / step, number =>
        {
            var (end, wrong) = run(number * step);
            _ends.AddOrUpdate(end, 1, (_, before) => before + 1);
            if (wrong is not null)
            {
                _wrong.Add($"case {number * step}: {wrong}");
            }
        });
        var ends = string.Join(", ", _ends.OrderBy(end => end.Key, StringComparer.Ordinal).Select(end => $"{end.Value:N0} {end.Key}"));
        output.WriteLine($"{what}: {_ends.Values.Sum():N0} cases in {clock.Elapsed.TotalSeconds:F1} s: {ends}; {_wrong.Count} wrong");
        foreach (var wrong in _wrong.Order(StringComparer.Ordinal).Take(3))
        {
            output.WriteLine(wrong);
        }

        Assert.Empty(_wrong.Order(StringComparer.Ordinal).Take(10));
    }
}
