using MetaStore.Engines;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>Reads the bucket of revisions in revision order and checks each record; the first half of opening a store.</summary>
internal sealed class IndexRecordReader(IReadView view, long revision) : IDisposable
{
    private readonly IEngineCursor _cursor = view.Seek(Bucket.Revisions, default, default);

    /// <summary>Fills a batch, continuing after the last one. False when there was nothing left.</summary>
    /// <exception cref="EngineException">The content is inconsistent.</exception>
    public bool Read(IndexBatch batch)
    {
        batch.Clear();
        while (!batch.IsFull && _cursor.MoveNext())
        {
            if (!RevisionKey.TryDecode(_cursor.Key.Span, out var main, out var sub, out var tombstone) || main > revision)
            {
                throw new EngineException($"A key in the bucket of revisions is not a revision up to {revision}.");
            }

            var record = KeyValueCodec.Decode(_cursor.Value);
            if (record.Key.IsEmpty || tombstone != (record.Version == 0))
            {
                throw new EngineException($"The record of revision {main}/{sub} does not match its key.");
            }

            batch.Add(main, sub, record);
        }

        return batch.Count > 0;
    }

    public void Dispose() => _cursor.Dispose();
}
