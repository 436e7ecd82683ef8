using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Writes a view of an engine as a backend file of etcd: what <c>etcdctl snapshot save</c> stores, without the SHA-256 after it.</summary>
/// <remarks>
/// The buckets of members and of the cluster are empty: a restore, of etcd and of MetaStore, makes new members. Tokens are not in etcd's files.
/// Written front to back, with a few pages in memory; the view is walked twice. Read by etcd 3.4, 3.5 and 3.6.
/// </remarks>
public sealed class EtcdFileWriter
{
    private readonly IReadView _view;
    private readonly CancellationToken _cancellation;
    private readonly BoltLayout _layout;

    /// <summary>Lays the file out.</summary>
    /// <param name="view">Must stay open until <see cref="Write"/> has returned.</param>
    /// <param name="cancellation">Cancels this and writing.</param>
    public EtcdFileWriter(IReadView view, CancellationToken cancellation)
    {
        _view = view;
        _cancellation = cancellation;
        _layout = BoltWriter.Plan(Content);
    }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => _layout.Bytes;

    /// <summary>Writes the file.</summary>
    /// <param name="target">Neither flushed nor closed.</param>
    public void Write(Stream target) => BoltWriter.Write(target, _layout, Content);

    private void Content(BoltWriter writer)
    {
        var state = _view.TryGet(Bucket.Meta, MetaKeys.State, out var record) ? StateRecord.Decode(record.Span) : StateRecord.Initial;
        var users = AuthLoader.Load(_view);
        writer.Add(EtcdNames.Alarm, AddAlarms);
        writer.Add(EtcdNames.Auth, entries => AddSwitch(entries, users, state.HasUsers));
        writer.Add(EtcdNames.AuthRoles, entries => Add(entries, users.RoleNames, name => EtcdUsers.Encode(users.Roles[name])));
        writer.Add(EtcdNames.AuthUsers, entries => Add(entries, users.UserNames, name => EtcdUsers.Encode(users.Users[name])));
        writer.Add(EtcdNames.Cluster, static _ => { });
        writer.Add(EtcdNames.Key, entries => AddRecords(entries, state));
        writer.Add(EtcdNames.Lease, AddLeases);
        writer.Add(EtcdNames.Members, static _ => { });
        writer.Add(EtcdNames.MembersRemoved, static _ => { });
        writer.Add(EtcdNames.Meta, entries => AddMeta(entries, state));
    }

    private static void Add(BoltEntries entries, IEnumerable<string> names, Func<string, byte[]> encode)
    {
        foreach (var name in names)
        {
            entries.Add(Encoding.UTF8.GetBytes(name), encode(name));
        }
    }

    private static void AddSwitch(BoltEntries entries, AuthState users, bool hasUsers)
    {
        if (hasUsers)
        {
            entries.Add(EtcdNames.AuthEnabled, [users.IsEnabled ? (byte)1 : (byte)0]);
            entries.Add(EtcdNames.AuthRevision, BigEndian(users.Revision));
        }
    }

    private static byte[] BigEndian(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    private void AddAlarms(BoltEntries entries)
    {
        var alarms = new List<byte[]>();
        using var cursor = _view.Seek(Bucket.Meta, MetaKeys.Alarms, MetaKeys.AlarmsEnd);
        while (cursor.MoveNext())
        {
            alarms.Add(EtcdAlarms.Encode(MetaKeys.ReadAlarm(cursor.Key.Span)));
        }

        alarms.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        foreach (var alarm in alarms)
        {
            entries.Add(alarm, default);
        }
    }

    private void AddRecords(BoltEntries entries, StateRecord state)
    {
        var newest = 0L;
        using var cursor = _view.Seek(Bucket.Revisions, default, default);
        for (var records = 1; cursor.MoveNext(); records++)
        {
            if (records % 1024 == 0)
            {
                _cancellation.ThrowIfCancellationRequested();
            }

            entries.Add(cursor.Key.Span, cursor.Value.Span);
            newest = BinaryPrimitives.ReadInt64BigEndian(cursor.Key.Span);
        }

        // etcd finds its revision in the newest record, or in the compacted revision. Without either, after a restore that skipped revisions, an
        // empty record names it, as "etcdutl snapshot restore --bump-revision" does.
        if (state.Revision > Math.Max(newest, Math.Max(state.Compacted, StateRecord.Initial.Revision)))
        {
            entries.Add(RevisionKey.Encode(state.Revision, 0, tombstone: false), default);
        }
    }

    private void AddLeases(BoltEntries entries)
    {
        using var cursor = _view.Seek(Bucket.Leases, default, default);
        while (cursor.MoveNext())
        {
            entries.Add(cursor.Key.Span, EtcdLeases.Encode(LeaseCodec.Decode(cursor.Key.Span, cursor.Value.Span)));
        }
    }

    private void AddMeta(BoltEntries entries, StateRecord state)
    {
        entries.Add(EtcdNames.ConfState, ConfState());
        entries.Add(EtcdNames.ConsistentIndex, BigEndian(state.AppliedIndex));
        if (_view.TryGet(Bucket.Meta, MetaKeys.CompactionDone, out var done))
        {
            entries.Add(EtcdNames.FinishedCompaction, RevisionKey.Encode(BinaryPrimitives.ReadInt64BigEndian(done.Span), 0, tombstone: false));
        }

        if (state.Compacted > 0)
        {
            entries.Add(EtcdNames.ScheduledCompaction, RevisionKey.Encode(state.Compacted, 0, tombstone: false));
        }

        entries.Add(EtcdNames.Term, BigEndian(state.AppliedTerm));
    }

    /// <summary>raftpb.ConfState as etcd 3.5 and later store it; by it 3.6 recognizes that the file has the layout of 3.5.</summary>
    private byte[] ConfState()
    {
        var (voters, learners) = (new List<string>(), new List<string>());
        foreach (var member in MemberStore.ReadAll(_view))
        {
            (member.IsLearner ? learners : voters).Add(member.Id.ToString(CultureInfo.InvariantCulture));
        }

        var learnersField = learners.Count > 0 ? $",\"learners\":[{string.Join(',', learners)}]" : string.Empty;
        return Encoding.ASCII.GetBytes($"{{\"voters\":[{string.Join(',', voters)}]{learnersField},\"auto_leave\":false}}");
    }
}
