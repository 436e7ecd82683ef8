using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Robustness.Cluster;
using MetaStore.Simulation.Checkers;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Load;

/// <summary>Compares the clients' history with the state of the members after all faults are repaired.</summary>
/// <remarks>
/// The order of writes comes from each member's complete event history (nothing is compacted), which must be the same on all members. Then the
/// simulator's two checkers verify the calls: by revision, and by a search that does not rely on revisions.
/// </remarks>
internal static class HistoryCheck
{
    /// <returns>Null, or the violation.</returns>
    public static async Task<string?> RunAsync(IReadOnlyList<(string Name, Uri Url)> members, ClusterSecurity security, IReadOnlyList<Operation> history)
    {
        List<Event>? first = null;
        foreach ((string name, Uri url) in members)
        {
            (List<Event>? events, string? gap) = await ReadAsync(url, security, history.Max(operation => operation.Revision));
            if (events is null)
            {
                return $"{name}: {gap}";
            }

            if (first is not null && !events.SequenceEqual(first))
            {
                return $"{name} and {members[0].Name} have different histories";
            }

            first ??= events;
        }

        ReplayedLog log = Replay(first!);

        // Writes without a response that are in no member's history did not happen; searching with them would find no more.
        IEnumerable<Operation> happened = history.Where(operation =>
            operation.Outcome != Outcome.Unknown || operation.Command is null || WriteTag.Of(operation.Command) is not { } tag || log.Find(tag) is not null);
        return RevisionChecker.Check(history, log) ?? LinearizabilitySearch.Check([.. happened]);
    }

    private static ReplayedLog Replay(List<Event> events)
    {
        var log = new ReplayedLog();
        foreach (Event change in events)
        {
            log.Add(change.Value is null
                ? new DeleteRangeCommand { Key = change.Key.ToByteArray() }
                : new PutCommand { Key = change.Key.ToByteArray(), Value = change.Value.ToByteArray() });
        }

        return log;
    }

    private static async Task<(List<Event>? Events, string? Gap)> ReadAsync(Uri member, ClusterSecurity security, long end)
    {
        var events = new List<Event>();
        using var client = new MetaStoreClient(MemberOptions.Of(security, member) with { CommandTimeout = TimeSpan.FromSeconds(60) });
        long revision = (await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("health") })).Header.Revision;
        if (revision < end)
        {
            return (null, $"is at revision {revision}, but {end} was acknowledged");
        }

        if (revision == 1)
        {
            return (events, null);
        }

        ByteString all = ByteString.CopyFrom(0);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await foreach (WatchResponse response in client.Watch.WatchAsync(new WatchCreateRequest { Key = all, RangeEnd = all, StartRevision = 2 }, limit.Token))
        {
            foreach (MetaStore.Protocol.Mvcc.Event change in response.Events)
            {
                if (change.Kv.ModRevision != events.Count + 2)
                {
                    return (null, $"revision {change.Kv.ModRevision} where {events.Count + 2} was expected");
                }

                events.Add(new Event(change.Kv.Key, change.Type == MetaStore.Protocol.Mvcc.Event.Types.EventType.Delete ? null : change.Kv.Value));
            }

            if (events.Count + 1 >= revision)
            {
                break;
            }
        }

        return (events, null);
    }

    /// <summary>The change at one revision.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">Null for a delete.</param>
    private sealed record Event(ByteString Key, ByteString? Value);
}
