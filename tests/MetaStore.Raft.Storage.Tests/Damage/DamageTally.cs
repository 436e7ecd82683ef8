using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>Applies many kinds of damage to one file, on all processors, and counts the outcomes.</summary>
internal sealed class DamageTally(string what, ITestOutputHelper output)
{
    /// <summary>METASTORE_EXHAUSTIVE=1 (make damage) runs every case; otherwise a sample, so that the tests stay fast.</summary>
    public static bool IsExhaustive { get; } = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1";

    private readonly ConcurrentDictionary<string, int> _ends = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _wrong = [];

    /// <summary>Runs the cases [0, <paramref name="count"/>) and fails when one had a wrong outcome.</summary>
    /// <param name="count">Number of cases.</param>
    /// <param name="stride">Distance between the cases that run, unless all do.</param>
    /// <param name="run">Runs one case; returns its outcome as one word, and a description if that is wrong, or null.</param>
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
