using System.Text.RegularExpressions;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Round-trip times between members, on each member's /metrics.</summary>
public sealed partial class RoundTripTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task EveryMember_MeasuresTheWayToEveryOther()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        using var http = new HttpClient();
        foreach (var node in cluster.Nodes)
        {
            var page = "";
            await Eventually.TrueAsync(
                async () =>
                {
                    page = await http.GetStringAsync(new Uri(node.ClientUrl, "/metrics"));
                    return Counts().Matches(page).Count(count => count.Groups[1].Value != "0") == 2;
                },
                Limit,
                () => $"{node.Name}: {string.Join('\n', page.Split('\n').Where(line => line.Contains("round_trip", StringComparison.Ordinal)))}");
            Assert.Contains("etcd_network_peer_round_trip_time_seconds_bucket{To=", page, StringComparison.Ordinal);
            Assert.Contains("le=\"3.2768\"", page, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("""^etcd_network_peer_round_trip_time_seconds_count\{To="[0-9a-f]+"\} (\d+)$""", RegexOptions.Multiline)]
    private static partial Regex Counts();
}
