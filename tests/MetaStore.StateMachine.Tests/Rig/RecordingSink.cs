using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Records the changes.</summary>
internal sealed class RecordingSink : IRevisionSink
{
    public List<string> Lines { get; } = [];

    public List<long> Revisions { get; } = [];

    public Action<long>? OnPublishedRevision { get; set; }

    public void OnPublished(ReadOnlySpan<RevisionRecord> records, ReadOnlySpan<AuthMark> marks, long revision)
    {
        Revisions.Add(revision);
        foreach (var record in records)
        {
            var kv = KeyValueCodec.Decode(record.Record);
            Lines.Add($"{record.Main}.{record.Sub} {(record.IsDelete ? "DELETE " + Bytes.Text(kv.Key) : "PUT " + RangeSummary.Show(kv))}");
        }

        OnPublishedRevision?.Invoke(revision);
    }

    public void OnReplaced(long revision, AuthState auth) => Lines.Add($"REPLACED {revision}");
}
