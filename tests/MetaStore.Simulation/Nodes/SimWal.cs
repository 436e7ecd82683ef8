using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Nodes;

/// <summary>The writer thread of the log as an actor: takes the queued appends, works for a while, makes them durable and completes them.</summary>
/// <remarks>In front of the product's <see cref="GroupCommit"/> and <see cref="WalWriter"/>, as <see cref="WriteAheadLog"/> is.</remarks>
internal sealed class SimWal(SimProcess process, WalWriter journal, TimeSpan proofDelay) : IWriteAheadLog
{
    private const int TooManyOpenFiles = 24;

    private readonly GroupCommit _commit = new(journal);
    private List<WalAppend> _incoming = [];
    private List<WalAppend> _taken = [];
    private ulong _deleteBehind;
    private bool _isBusy;
    private long _proofAsked;

    /// <summary>True while no frame follows the last data frame.</summary>
    public bool TailUnconfirmed => journal.TailUnconfirmed;

    /// <summary>Appends passed to the log and not completed, oldest first: a crash may leave any prefix of them.</summary>
    public IEnumerable<WalAppend> Uncompleted => _taken.Concat(_incoming);

    public void Append(WalAppend append)
    {
        _incoming.Add(new WalAppend
        {
            HardState = append.HardState,
            Entries = append.Entries,
            Marker = append.Marker,
            MarkerHash = append.MarkerHash,
            MustSync = append.MustSync,
            Source = append.Source,
            Completion = new Watched(process, append),
        });
        Start();
    }

    public void TruncatePrefix(ulong index)
    {
        _deleteBehind = Math.Max(_deleteBehind, index);
        Start();
    }

    /// <summary>Reads from the files; in some seeds there is no free descriptor now and then.</summary>
    public IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes)
    {
        if (process.Cluster.Swarm.LoadFailure > 0 && process.Cluster.Random.Chance(process.Cluster.Swarm.LoadFailure))
        {
            throw new IOException("Too many open files", TooManyOpenFiles);
        }

        IReadOnlyList<Entry>? entries = journal.Read(low, high, maxBytes);
        process.Cluster.Statistics.LogLoads += entries is null ? 0 : 1;
        return entries;
    }

    private void Start()
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        _proofAsked++;

        // Appends queued while the writer thread wakes up go into the same frame.
        process.Schedule(process.Cluster.Random.Exponential(20 * SimKernel.Microsecond), () =>
        {
            (_incoming, _taken) = (_taken, _incoming);
            process.Schedule(process.SyncTime(), Work);
        });
    }

    private void Work()
    {
        process.Guard(
            () =>
            {
                _commit.Run(_taken);
                _taken.Clear();
                if (_deleteBehind > 0)
                {
                    journal.TruncatePrefix(_deleteBehind);
                    _deleteBehind = 0;
                }
            },
            () => _commit.FailureCode);
        _isBusy = false;
        if (_incoming.Count > 0 || _deleteBehind > 0)
        {
            Start();
        }
        else if (journal.TailUnconfirmed)
        {
            long asked = _proofAsked;
            process.Schedule(proofDelay.Ticks, () => ConfirmTail(asked));
        }
    }

    private void ConfirmTail(long asked)
    {
        if (asked == _proofAsked && !_isBusy)
        {
            process.Guard(_commit.ConfirmTail, () => _commit.FailureCode);
        }
    }

    /// <summary>Observes the completion of an append.</summary>
    private sealed class Watched(SimProcess process, WalAppend original) : IWalCompletion
    {
        public void OnDurable(WalAppend append)
        {
            process.Durable.Completed(original);
            process.Cluster.Checks.Completes(process, original);
            original.Completion?.OnDurable(original);
        }
    }
}
