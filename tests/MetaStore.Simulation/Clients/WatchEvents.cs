using MetaStore.Protocol.Etcd;
using MetaStore.Simulation.Checkers;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Simulation.Clients;

/// <summary>Events as text, in the form of <see cref="ReferenceChange"/>.</summary>
internal static class WatchEvents
{
    public static IEnumerable<(long Revision, string Text)> Of(WatchResponse response) => response.Events.Select(change => (
        change.Kv.ModRevision,
        ReferenceChange.Words(
            AnswerText.Show(change.Kv.Key.Span),
            change.Type == Event.Types.EventType.Delete ? null : Pair(change.Kv),
            change.Kv.ModRevision,
            change.PrevKv is null ? null : Pair(change.PrevKv))));

    private static string Pair(KeyValue pair) => AnswerText.Pair(
        AnswerText.Show(pair.Key.Span), AnswerText.Show(pair.Value.Span), pair.CreateRevision, pair.ModRevision, pair.Version, pair.Lease);
}
