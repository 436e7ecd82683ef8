using System.Text;
using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>The versions of keys in etcd's bucket "key": their keys and values are the same bytes in both stores, so hashes stay equal.</summary>
internal sealed class EtcdRecords(CheckpointEntry receiver)
{
    private const int RecordsBetweenChecks = 1024;

    private byte[] _record = [];

    /// <exception cref="EtcdFileException">A record is not one that etcd writes.</exception>
    public void Read(BoltFile file, CancellationToken cancellation)
    {
        var cursor = file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.Key));
        for (var records = 1; cursor is not null && cursor.MoveNext(); records++)
        {
            if (records % RecordsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            // What "etcdutl snapshot restore --bump-revision" leaves: no version of a key, only the newest revision.
            if (!cursor.Value.IsEmpty)
            {
                Check(cursor.Key, cursor.Value);
                receiver(Bucket.Revisions, cursor.Key, cursor.Value);
            }
        }
    }

    private void Check(ReadOnlySpan<byte> revision, ReadOnlySpan<byte> value)
    {
        if (!RevisionKey.TryDecode(revision, out var main, out _, out var isTombstone))
        {
            throw new EtcdFileException(EtcdNames.Key, revision, "the key is not a revision");
        }

        var record = Decode(revision, value);
        var numbers = (record.CreateRevision, record.ModRevision, record.Version);
        var isPossible = isTombstone
            ? numbers == (0, 0, 0) && record.Value.IsEmpty && record.Lease == 0
            : record.ModRevision == main && record.CreateRevision > 0 && record.CreateRevision <= main && record.Version > 0;
        if (!isPossible)
        {
            throw new EtcdFileException(
                EtcdNames.Key, revision, $"a record with version {record.Version}, created at {record.CreateRevision} and changed at {record.ModRevision} is not possible there");
        }
    }

    private KeyValue Decode(ReadOnlySpan<byte> revision, ReadOnlySpan<byte> value)
    {
        if (_record.Length < value.Length)
        {
            _record = new byte[value.Length];
        }

        value.CopyTo(_record);
        try
        {
            var record = KeyValueCodec.Decode(_record.AsMemory(0, value.Length));
            if (!record.Key.IsEmpty && KeyValueCodec.KeyOf(value).SequenceEqual(record.Key.Span))
            {
                return record;
            }
        }
        catch (EngineException unreadable)
        {
            throw new EtcdFileException(EtcdNames.Key, revision, unreadable.Message);
        }

        throw new EtcdFileException(EtcdNames.Key, revision, "the record has no key");
    }
}
