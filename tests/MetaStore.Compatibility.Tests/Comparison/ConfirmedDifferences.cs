using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>Differences that occur again with new clusters.</summary>
/// <remarks>
/// When the machine stalls for a second, a cluster elects a leader, calls time out and later steps differ, also between etcd and etcd. Such a difference
/// does not occur twice at the same step; it is printed and not counted. A real difference in behavior occurs every time.
/// </remarks>
internal static class ConfirmedDifferences
{
    /// <summary>Compares; repeats the comparison when something differs.</summary>
    /// <param name="compare">One comparison with new clusters; returns the differences by their place in the script.</param>
    /// <param name="output">Receives the differences that did not occur again.</param>
    internal static async Task<IReadOnlyCollection<string>> OfAsync(Func<Task<IReadOnlyDictionary<string, string>>> compare, ITestOutputHelper output)
    {
        var first = await compare();
        if (first.Count == 0)
        {
            return [];
        }

        output.WriteLine($"{first.Count} differences; once more with fresh clusters");
        var second = await compare();
        foreach (var (place, difference) in first.Where(difference => !second.ContainsKey(difference.Key)))
        {
            output.WriteLine($"did not come again: {place}: {difference}");
        }

        return [.. second.Where(difference => first.ContainsKey(difference.Key)).Select(difference => $"{difference.Key}: {difference.Value}")];
    }
}
