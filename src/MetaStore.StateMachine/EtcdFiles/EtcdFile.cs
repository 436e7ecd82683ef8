using System.Buffers.Binary;
using System.Text;
using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.IO;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>A backend file of etcd 3.4 to 3.6 whose pages were checked; its content is read as the entries that an own backup would hold.</summary>
/// <remarks>
/// Keys with their whole history, leases, users, roles, the auth switch, alarms and compactions are read. Members are not: a restore writes new ones. Source: etcd server/storage/schema, server/mvcc.
/// </remarks>
public sealed class EtcdFile
{
    private static readonly byte[] KeyBucket = Encoding.ASCII.GetBytes(EtcdNames.Key);

    private readonly BoltFile _file;
    private readonly StateRecord _state;
    private readonly EtcdUsersReader _users;
    private readonly long _compactionDone;

    private EtcdFile(BoltFile file, Contents contents)
    {
        _file = file;
        var meta = new EtcdMeta(file);
        _compactionDone = meta.Finished;
        _users = new EtcdUsersReader(file);
        var revision = Math.Max(Math.Max(contents.Revision, meta.Compacted), StateRecord.Initial.Revision);
        _state = StateRecord.Initial with { AppliedIndex = meta.Index, AppliedTerm = meta.Term, Revision = revision, Compacted = meta.Compacted, HasUsers = _users.HasUsers };
        Summary = new BackupSummary(contents.Hash, revision, meta.Compacted, contents.Entries, file.UsedBytes);
    }

    /// <summary>As <c>etcdctl snapshot status</c> shows it: CRC-32C of all buckets, and number of their entries.</summary>
    public BackupSummary Summary { get; }

    /// <summary>Opens a file and checks all its pages.</summary>
    /// <param name="source">Seekable; must not change until the last read.</param>
    /// <param name="length">Bytes of the file in the source, without the SHA-256 that a snapshot has after it.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="BoltException">A page is damaged.</exception>
    /// <exception cref="EtcdFileException">The content is not etcd's.</exception>
    public static EtcdFile Open(Stream source, long length, CancellationToken cancellation)
    {
        var contents = new Contents();
        var file = BoltFile.Open(source, length, contents.Take, cancellation);
        return contents.HasKeys ? new EtcdFile(file, contents) : throw new EtcdFileException("this is a bbolt file, but not one of etcd: it has no bucket key");
    }

    /// <summary>Reads all entries, ascending by bucket and key.</summary>
    /// <exception cref="EtcdFileException">A record is not one that etcd writes; what was received is unusable.</exception>
    public void Read(CheckpointEntry receiver, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        ReadMeta(receiver);
        new EtcdRecords(receiver).Read(_file, cancellation);
        for (var cursor = _file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.Lease)); cursor is not null && cursor.MoveNext();)
        {
            receiver(Bucket.Leases, cursor.Key, Leases.LeaseCodec.Encode(EtcdLeases.Decode(cursor.Key, cursor.Value)));
        }

        _users.Read(receiver);
    }

    private void ReadMeta(CheckpointEntry receiver)
    {
        var alarms = new List<byte[]>();
        for (var cursor = _file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.Alarm)); cursor is not null && cursor.MoveNext();)
        {
            alarms.Add(MetaKeys.Alarm(EtcdAlarms.Decode(cursor.Key)));
        }

        alarms.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        for (var i = 0; i < alarms.Count; i++)
        {
            if (i == 0 || !alarms[i].AsSpan().SequenceEqual(alarms[i - 1]))
            {
                receiver(Bucket.Meta, alarms[i], default);
            }
        }

        if (_compactionDone > 0)
        {
            Span<byte> done = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(done, _compactionDone);
            receiver(Bucket.Meta, MetaKeys.CompactionDone, done);
        }

        receiver(Bucket.Meta, MetaKeys.State, _state.Encode());
    }

    /// <summary>What one walk over all entries finds.</summary>
    private sealed class Contents
    {
        public uint Hash { get; private set; }

        public long Entries { get; private set; }

        public long Revision { get; private set; }

        public bool HasKeys { get; private set; }

        public void Take(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            var isKeys = bucket.SequenceEqual(KeyBucket);
            if (key.IsEmpty)
            {
                Hash = Crc32C.Compute(bucket, Hash);
                HasKeys |= isKeys;
                return;
            }

            Hash = Crc32C.Compute(value, Crc32C.Compute(key, Hash));
            Entries++;
            if (isKeys)
            {
                Revision = RevisionKey.TryDecode(key, out var main, out _, out _) && main > 0
                    ? main
                    : throw new EtcdFileException(EtcdNames.Key, key, "the key is not a revision");
            }
        }
    }
}
