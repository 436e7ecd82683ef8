using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>The complete state that a member reports while there are no writes.</summary>
internal sealed record NodeContent
{
    private static readonly ByteString All = ByteString.CopyFrom(0);

    public required long Revision { get; init; }

    public required long Compacted { get; init; }

    public required uint Hash { get; init; }

    /// <summary>Changes after the requested revision, one list per revision, as a watch from there receives them.</summary>
    public required IReadOnlyList<IReadOnlyList<Event>> History { get; init; }

    public required IReadOnlyList<KeyValue> Pairs { get; init; }

    /// <summary>Keys and values at <see cref="OldRevision"/>.</summary>
    public required IReadOnlyList<KeyValue> OldPairs { get; init; }

    public required long OldRevision { get; init; }

    public required IReadOnlyList<long> Leases { get; init; }

    /// <summary>Attached keys by lease.</summary>
    public required IReadOnlyDictionary<long, string[]> LeaseKeys { get; init; }

    public required ulong CommittedIndex { get; init; }

    public required ulong AppliedIndex { get; init; }

    /// <summary>Reads the complete state of the member.</summary>
    /// <param name="client">A client of that member only.</param>
    /// <param name="known">The history starts after this revision.</param>
    /// <param name="chooseOld">Picks an older revision between its two arguments.</param>
    public static async Task<NodeContent> ReadAsync(MetaStoreClient client, long known, Func<long, long, long> chooseOld)
    {
        // The first read is linearizable: entries committed before the crash are applied when it returns.
        var pairs = await client.Kv.RangeAsync(new RangeRequest { Key = All, RangeEnd = All });
        var hash = await client.Maintenance.HashKVAsync(new HashKVRequest());
        var revision = pairs.Header.Revision;
        var old = chooseOld(Math.Max(hash.CompactRevision, 1), revision);
        var oldPairs = await client.Kv.RangeAsync(new RangeRequest { Key = All, RangeEnd = All, Revision = old });
        var leases = (await client.Lease.ListAsync()).Leases.Select(lease => lease.ID).Order().ToArray();
        var keys = new Dictionary<long, string[]>();
        foreach (var lease in leases)
        {
            var left = await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease, Keys = true });
            keys[lease] = [.. left.Keys.Select(key => key.ToStringUtf8()).Order(StringComparer.Ordinal)];
        }

        var history = await HistoryAsync(client, known, revision);
        var status = await client.Maintenance.StatusAsync(new StatusRequest());
        return new NodeContent
        {
            Revision = revision,
            Compacted = hash.CompactRevision,
            Hash = hash.Hash,
            History = history,
            Pairs = pairs.Kvs,
            OldPairs = oldPairs.Kvs,
            OldRevision = old,
            Leases = leases,
            LeaseKeys = keys,
            CommittedIndex = status.RaftIndex,
            AppliedIndex = status.RaftAppliedIndex,
        };
    }

    private static async Task<IReadOnlyList<IReadOnlyList<Event>>> HistoryAsync(MetaStoreClient client, long known, long revision)
    {
        var revisions = new List<IReadOnlyList<Event>>();
        if (revision <= known)
        {
            return revisions;
        }

        var events = new List<Event>();
        var all = new WatchCreateRequest { Key = All, RangeEnd = All, StartRevision = known + 1 };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var response in client.Watch.WatchAsync(all, patience.Token))
        {
            events.AddRange(response.Events);
            if (events.Count > 0 && events[^1].Kv.ModRevision >= revision)
            {
                break;
            }
        }

        revisions.AddRange(events.GroupBy(change => change.Kv.ModRevision).OrderBy(group => group.Key).Select(group => group.ToArray()));
        return revisions;
    }
}
