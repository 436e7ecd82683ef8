using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Compares a member's state with the responses that clients received.</summary>
internal sealed class WriteCheck
{
    private WriteCheck(int acknowledged, int unknown, IReadOnlyList<string> violations) =>
        (Acknowledged, Unknown, Violations) = (acknowledged, unknown, violations);

    /// <summary>Acknowledged writes that were checked.</summary>
    public int Acknowledged { get; }

    /// <summary>Writes with an unknown outcome.</summary>
    public int Unknown { get; }

    /// <summary>A description of every lost, duplicated, changed or reordered write.</summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>Reads all keys with the load's prefix from one member and compares.</summary>
    /// <param name="member">A client of that member only.</param>
    /// <param name="prefix">The load's prefix.</param>
    /// <param name="records">The load's records.</param>
    public static async Task<WriteCheck> RunAsync(MetaStoreClient member, string prefix, IReadOnlyList<IReadOnlyList<WriteRecord>> records)
    {
        var stored = await ReadAllAsync(member, prefix + "/");
        var violations = new List<string>();
        var tried = new HashSet<string>(StringComparer.Ordinal);
        var (acknowledged, unknown) = (0, 0);
        foreach (var writer in records)
        {
            long last = 0;
            foreach (var write in writer)
            {
                tried.Add(write.Key);
                var found = stored.TryGetValue(write.Key, out var pair);
                if (write.Acknowledged)
                {
                    acknowledged++;
                    if (!found)
                    {
                        violations.Add($"lost: {write.Key}, acknowledged at revision {write.Revision}");
                        continue;
                    }

                    Expect(pair!.ModRevision == write.Revision, $"{write.Key} is at revision {pair.ModRevision}, acknowledged at {write.Revision}");
                    Expect(write.Revision > last, $"reordered: {write.Key} at revision {write.Revision} comes after {last} of the same writer");
                    last = write.Revision;
                }
                else
                {
                    unknown++;
                }

                if (found)
                {
                    Expect(pair!.Version == 1, $"doubled: {write.Key} has version {pair.Version}");
                    Expect(pair.Value.ToStringUtf8() == write.Value, $"changed: {write.Key}");
                }
            }
        }

        violations.AddRange(stored.Keys.Where(key => !tried.Contains(key)).Select(key => $"never written: {key}"));
        return new WriteCheck(acknowledged, unknown, violations);

        void Expect(bool holds, string violation)
        {
            if (!holds)
            {
                violations.Add(violation);
            }
        }
    }

    /// <summary>Waits until all members have the same revision, asserts that their hashes are equal, and checks each.</summary>
    public static async Task<IReadOnlyList<(ClusterNode Node, WriteCheck Check)>> OfEveryMemberAsync(
        ProcessCluster cluster, string prefix, IReadOnlyList<IReadOnlyList<WriteRecord>> records)
    {
        Assert.True(await ClusterProbe.AgreeAsync(cluster, TimeSpan.FromSeconds(60)), "the members' hashes differ");
        var checks = new List<(ClusterNode, WriteCheck)>();
        foreach (var node in cluster.Nodes)
        {
            using var client = ClusterProbe.ClientOf(node);
            checks.Add((node, await RunAsync(client, prefix, records)));
        }

        return checks;
    }

    private static async Task<Dictionary<string, MetaStore.Protocol.Mvcc.KeyValue>> ReadAllAsync(MetaStoreClient member, string prefix)
    {
        const int Page = 5000;
        var all = new Dictionary<string, MetaStore.Protocol.Mvcc.KeyValue>(StringComparer.Ordinal);
        var end = ByteString.CopyFromUtf8(prefix[..^1] + (char)(prefix[^1] + 1));
        var from = ByteString.CopyFromUtf8(prefix);
        while (true)
        {
            var page = await member.Kv.RangeAsync(new RangeRequest { Key = from, RangeEnd = end, Limit = Page });
            foreach (var pair in page.Kvs)
            {
                all.Add(pair.Key.ToStringUtf8(), pair);
            }

            if (!page.More)
            {
                return all;
            }

            from = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);
        }
    }
}
