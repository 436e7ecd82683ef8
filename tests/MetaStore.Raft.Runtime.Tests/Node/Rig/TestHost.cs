using System.Text;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>A state machine that is the list of everything applied, in order.</summary>
internal sealed class TestHost
{
    private readonly Lock _gate = new();
    private readonly List<string> _applied = [];
    private ConfState _confState = ConfState.Empty;
    private ulong _lastTerm;
    private ulong _lastIndex;
    private RaftNode? _node;

    /// <summary>Starts a thread that applies what the node commits; it ends with the node.</summary>
    public void Run(RaftNode node)
    {
        _node = node;
        new Thread(() =>
        {
            while (node.Committed.Take(Timeout.InfiniteTimeSpan) is { } group)
            {
                foreach (CommittedWork work in group)
                {
                    Do(work);
                }
            }
        }) { Name = "test apply", IsBackground = true }.Start();
    }

    /// <summary>False: takes entries and reports nothing.</summary>
    public bool Reports { get; set; } = true;

    public int SnapshotsInstalled { get; private set; }

    public ulong LastIndex
    {
        get
        {
            lock (_gate)
            {
                return _lastIndex;
            }
        }
    }

    public string[] Applied
    {
        get
        {
            lock (_gate)
            {
                return [.. _applied];
            }
        }
    }

    private void Do(CommittedWork work)
    {
        switch (work)
        {
            case CommittedBatch batch:
                OnCommitted(batch);
                break;
            case SnapshotInstall install:
                OnSnapshotInstalled(install.Metadata, install.File);
                break;
            case SnapshotRequest request:
                request.CompleteWith(Task.FromResult<SnapshotMetadata?>(null));
                break;
        }
    }

    private void OnCommitted(CommittedBatch batch)
    {
        lock (_gate)
        {
            foreach (Entry entry in batch.Entries)
            {
                Apply(entry);
            }

            _confState = batch.ConfChanges.Count > 0 ? batch.ConfChanges[^1].ConfState : _confState;
        }

        if (Reports)
        {
            _node?.ReportApplied(batch.LastIndex);
        }
    }

    private void OnSnapshotInstalled(SnapshotMetadata meta, string file)
    {
        Restore(meta, SnapshotStore.Open(Path.GetDirectoryName(file)!, TestCluster.ClusterId).Open(meta.Index)!);
        SnapshotsInstalled++;
        _node?.ReportApplied(meta.Index);
    }

    /// <summary>Takes over the state of a snapshot file.</summary>
    public void Restore(SnapshotMetadata meta, SnapshotFile file)
    {
        using StreamReader reader = new(file.OpenBody(), Encoding.UTF8);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lock (_gate)
        {
            _applied.Clear();
            _applied.AddRange(lines);
            _lastIndex = meta.Index;
            _lastTerm = meta.Term;
            _confState = meta.ConfState;
        }
    }

    /// <summary>Writes a snapshot of everything applied and reports it to the node.</summary>
    public SnapshotMetadata TakeSnapshot(SnapshotStore store)
    {
        SnapshotMetadata meta;
        byte[] body;
        lock (_gate)
        {
            meta = new SnapshotMetadata(_lastIndex, _lastTerm, _confState);
            body = Encoding.UTF8.GetBytes(string.Join('\n', _applied));
        }

        store.Write(meta, stream => stream.Write(body));
        _node!.SnapshotTaken(meta);
        return meta;
    }

    private void Apply(in Entry entry)
    {
        // Handed out again after a restart: applied already.
        if (entry.Index <= _lastIndex)
        {
            return;
        }

        Assert.Equal(_lastIndex + 1, entry.Index);
        _lastIndex = entry.Index;
        _lastTerm = entry.Term;
        if (entry.Type == EntryType.Normal && !entry.Data.IsEmpty)
        {
            _applied.Add(Encoding.UTF8.GetString(entry.Data.Span));
        }
    }
}
