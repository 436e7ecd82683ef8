using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>Differences that come again with fresh clusters.</summary>
/// <remarks>
/// On a machine that stands still for a second a cluster elects, calls time out, and what follows in the script differs: in etcd against etcd
/// too. That is chance, and does not hit the same place twice; it is printed and does not count. Where etcd's behaviour and MetaStore's
/// differ, they do so each time.
/// </remarks>
internal static class ConfirmedDifferences
{
    /// <summary>Compares; when something differs, once more.</summary>
    /// <param name="compare">One comparison with clusters of its own: what differs, by the place in the script.</param>
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
