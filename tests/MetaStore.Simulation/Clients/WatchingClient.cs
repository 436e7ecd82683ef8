using MetaStore.Protocol.Etcd;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Clients;

/// <summary>A client with some watches on one stream: when the stream breaks it reconnects to any node and resumes at its next revision.</summary>
internal sealed class WatchingClient(SimCluster cluster, SimRandom random)
{
    private readonly WatchDraws _draws = new(cluster, random);
    private readonly List<WatchRecord> _records = [];
    private readonly Dictionary<long, WatchRecord> _watches = [];
    private readonly Queue<WatchRecord> _asked = new();
    private readonly HashSet<long> _canceling = [];
    private WatchConnection? _connection;
    private bool _follows;

    /// <summary>Every watch it has had on any stream.</summary>
    public IReadOnlyList<WatchRecord> Records => _records;

    /// <summary>Revision up to which its current stream has notified progress for all its watches.</summary>
    public long KnownTo { get; private set; }

    /// <summary>True once it takes no more actions.</summary>
    public bool IsStopped { get; set; }

    public void Start() => cluster.Kernel.After(random.Exponential(cluster.Features.WatchPause), () =>
    {
        if (!IsStopped)
        {
            Act();
            Start();
        }
    });

    /// <summary>Connects its watches to a node, except those in the future, and requests progress.</summary>
    /// <param name="process">The node.</param>
    /// <param name="revision">The current revision.</param>
    public void Follow(SimProcess process, long revision)
    {
        if (!_follows || _connection is not { IsOpen: true } || _connection.Process != process)
        {
            _follows = true;
            MoveTo(process, revision);
        }

        _connection!.Ask(stream => stream.RequestProgress());
    }

    private void Act()
    {
        if (_connection is not { IsOpen: true } || random.Chance(0.1))
        {
            if (random.Pick(cluster.Machines).Process is { } process)
            {
                MoveTo(process, long.MaxValue);
            }

            return;
        }

        switch (random.Next(10))
        {
            case < 5:
                _connection.Ask(stream => stream.RequestProgress());
                break;
            case < 7 when _watches.Count > 0:
                long ended = random.Pick([.. _watches.Keys.Order()]);
                if (_canceling.Add(ended))
                {
                    _connection.Ask(stream => stream.Cancel(ended));
                }

                break;
            case < 9 when _watches.Count + _asked.Count < 5:
                Create(_draws.Next(_connection.Process));
                break;
            default:
                break;
        }
    }

    private void MoveTo(SimProcess process, long latest)
    {
        _connection?.Dispose();
        IEnumerable<WatchRecord> open = _watches.OrderBy(item => item.Key).Where(item => !_canceling.Contains(item.Key)).Select(item => item.Value);
        WatchRecord[] before = [.. open.Concat(_asked).Select(watch => WatchDraws.Again(watch, watch.Next > 0 ? watch.Next : watch.Start)).Where(watch => watch.Start <= (latest == long.MaxValue ? latest : latest + 1))];
        _watches.Clear();
        _asked.Clear();
        _canceling.Clear();
        KnownTo = 0;
        var connection = new WatchConnection(process, random, Receive);
        _connection = connection;
        connection.Open();
        if (before.Length == 0)
        {
            WatchRecord drawn = _draws.Next(process);
            Create(drawn.Start <= latest ? drawn : WatchDraws.Again(drawn, 0));
        }

        Array.ForEach(before, Create);
    }

    private void Create(WatchRecord watch)
    {
        WatchCreateRequest request = WatchDraws.Request(watch, random.Chance(0.5), random.Chance(0.5));
        _records.Add(watch);
        _asked.Enqueue(watch);
        _connection!.Ask(stream => stream.Create(request));
    }

    private void Receive(WatchResponse response)
    {
        if (response.Created)
        {
            WatchRecord created = _asked.Dequeue();
            Require(!response.Canceled, $"{created} is refused: {response.CancelReason}");
            created.Created(response.Header.Revision);
            _watches.Add(response.WatchId, created);
            return;
        }

        if (response.WatchId < 0)
        {
            foreach (WatchRecord each in _watches.Values)
            {
                each.Progressed(response.Header.Revision);
            }

            KnownTo = response.Header.Revision;
            return;
        }

        Require(_watches.TryGetValue(response.WatchId, out WatchRecord? watch), $"a response for watch {response.WatchId}, which has ended or never was");
        if (response.Canceled)
        {
            _watches.Remove(response.WatchId);
            if (!_canceling.Remove(response.WatchId))
            {
                // Its revision was compacted: continue at the oldest readable one.
                watch!.Compacted = response.CompactRevision;
                Create(WatchDraws.Again(watch, response.CompactRevision));
            }
        }
        else if (response.Events.Count == 0)
        {
            watch!.Progressed(response.Header.Revision);
        }
        else
        {
            cluster.Statistics.WatchEvents += response.Events.Count;
            watch!.Got(WatchEvents.Of(response), response.Fragment);
            Require(response.Header.Revision >= response.Events[^1].Kv.ModRevision, $"{watch} received more than its header's revision");
        }
    }

    private static void Require(bool holds, string detail)
    {
        if (!holds)
        {
            throw new ViolationException("WatchesAreTold", detail);
        }
    }
}
