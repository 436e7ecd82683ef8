using System.Buffers.Binary;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>A cluster on one thread, controlled by a seed: message loss, duplication, reordering, slow disks, crashes, partitions.</summary>
internal sealed class RandomCluster
{
    private readonly Random _random;
    private readonly List<Message> _network = [];
    private readonly SafetyChecker _checker;
    private readonly bool _reconfigures;
    private readonly bool _hostile;
    private readonly HashSet<(ulong, ulong)> _cut = [];
    private ulong _nextValue;
    private ulong _nextRead;

    /// <param name="seed">Seed of all random choices.</param>
    /// <param name="size">Number of nodes.</param>
    /// <param name="reconfigures">Whether membership changes are proposed.</param>
    /// <param name="hostile">Whether a foreign sender sends terms in the nodes' names, near and far.</param>
    public RandomCluster(int seed, int size, bool reconfigures, bool hostile = false)
    {
        _hostile = hostile;
        _random = new Random(seed);
        _reconfigures = reconfigures;
        ulong[] ids = [.. Enumerable.Range(1, size).Select(id => (ulong)id)];
        ConfState initial = ConfState.Of(reconfigures ? ids[..((size + 1) / 2)] : ids);
        foreach (ulong id in ids)
        {
            // Members start after an initial snapshot, so that nodes that join later need it.
            SnapshotMetadata start = initial.Voters.Contains(id) ? new SnapshotMetadata(1, 1, initial) : SnapshotMetadata.Empty;
            Nodes.Add(new SimNode(id, Configure, start)
            {
                OnSend = (_, message) => _network.Add(message),
                OnApply = (node, entry) => _checker!.Applied(node, entry),
                OnReady = (node, ready) => _checker!.Observe(node, ready),
            });
        }

        _checker = new SafetyChecker(Nodes, fixedMembership: !reconfigures);
    }

    public List<SimNode> Nodes { get; } = [];

    public SafetyChecker Checker => _checker;

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Act(_random.Next(1000));
            Nodes.ForEach(node => node.Pump());
            if (i % 64 == 0)
            {
                _checker.CheckLeaders();
            }
        }

        _checker.CheckLogMatching();
    }

    /// <summary>Ends all faults; then a leader must be elected and every member must apply a new proposal.</summary>
    public void HealAndSettle()
    {
        _cut.Clear();
        ulong marker = 0;
        for (int round = 0; round < 600; round++)
        {
            Nodes.ForEach(node => node.Core.Tick());
            for (int turn = 0; turn < 20 && (turn == 0 || _network.Count > 0); turn++)
            {
                DeliverAll();
            }

            SimNode? leader = Nodes.Find(node => node.Core.Status is { Role: Role.Leader, CommittedInTerm: true });
            if (leader is null || leader.ConfState.IsJoint)
            {
                continue;
            }

            if (marker == 0 && round > 60 && leader.Core.Propose(NextValue()) == ProposeOutcome.Appended)
            {
                marker = leader.Core.Status.LastIndex;
            }
            else if (marker != 0 && leader.ConfState.Voters.All(id => Nodes[(int)id - 1].Applied >= marker))
            {
                _checker.CheckLogMatching();
                return;
            }
        }

        Assert.Fail("no progress after the faults ended: " + "\n" + string.Join("\n", Nodes.Select(Drawing.Node)));
    }

    private RaftConfig Configure(SimNode node) => new()
    {
        NodeId = node.Id,
        Jitter = n => _random.Next(n),
        MaxAppendBytes = 200,
        MaxInflightMessages = 4,
        MaxInflightBytes = 400,
        MaxCommittedBytesPerReady = 150,
        MaxApplyingBytes = 300,
    };

    private void Act(int dice)
    {
        SimNode node = Nodes[_random.Next(Nodes.Count)];
        switch (dice)
        {
            case < 250:
                node.Core.Tick();
                break;
            case < 620:
                Deliver();
                break;
            case < 820:
                node.CompleteWrite();
                break;
            case < 900:
                node.Core.Propose(NextValue());
                break;
            case < 940:
                _checker.ReadAsked(++_nextRead);
                node.Core.ReadIndex(_nextRead);
                break;
            case < 950:
                node.Crash(_random.Next(node.WritesWaiting + 1));
                break;
            case < 960:
                node.TakeSnapshot(keep: (ulong)_random.Next(5));
                break;
            case < 965:
                node.Core.TransferLeader(Nodes[_random.Next(Nodes.Count)].Id);
                break;
            case < 975:
                ToggleCut(node);
                break;
            case < 980:
                _cut.Clear();
                break;
            case < 990 when _reconfigures:
                Reconfigure(node);
                break;
            case < 995 when _hostile:
                SendTerms(node);
                break;
            default:
                node.Core.Campaign();
                break;
        }
    }

    // Increasing terms: each accepted one moves the node further from the others.
    private void SendTerms(SimNode node)
    {
        ulong from = Nodes[(int)(node.Id % (ulong)Nodes.Count)].Id;
        ulong rise = 1UL << _random.Next(62);
        for (int i = _random.Next(1, 50); i > 0; i--)
        {
            MessageType type = _random.Next(2) == 0 ? MessageType.AppendEntriesResponse : MessageType.RequestVote;
            node.Core.Step(new Message { Type = type, To = node.Id, From = from, Term = node.Core.Term + rise });
        }
    }

    private void ToggleCut(SimNode node)
    {
        SimNode other = Nodes[_random.Next(Nodes.Count)];
        if (!_cut.Remove((node.Id, other.Id)))
        {
            _cut.Add((node.Id, other.Id));
        }
    }

    private void Reconfigure(SimNode node)
    {
        var steps = new ConfChangeStep[_random.Next(1, 4)];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = new ConfChangeStep((ConfChangeType)_random.Next(3), Nodes[_random.Next(Nodes.Count)].Id);
        }

        node.Core.Propose(new ConfChange(steps, _random.Next(4) == 0, default));
    }

    private void Deliver()
    {
        if (_network.Count == 0)
        {
            return;
        }

        int at = _random.Next(_network.Count);
        Message message = _network[at];
        if (_random.Next(100) >= 5)
        {
            _network[at] = _network[^1];
            _network.RemoveAt(_network.Count - 1);
        }

        bool lost = _random.Next(100) < 8;
        if (lost || _cut.Contains((message.From, message.To)))
        {
            ReportLoss(message);
        }
        else
        {
            Nodes[(int)message.To - 1].Core.Step(message);
            ReportDelivery(message);
        }
    }

    private void ReportDelivery(Message message)
    {
        if (message.Type == MessageType.InstallSnapshot)
        {
            Nodes[(int)message.From - 1].Core.ReportSnapshot(message.To, delivered: true);
        }
    }

    private void ReportLoss(Message message)
    {
        if (message.Type == MessageType.InstallSnapshot)
        {
            Nodes[(int)message.From - 1].Core.ReportSnapshot(message.To, delivered: false);
        }
        else if (_random.Next(2) == 0)
        {
            Nodes[(int)message.From - 1].Core.ReportUnreachable(message.To);
        }
    }

    private void DeliverAll()
    {
        Message[] messages = [.. _network];
        _network.Clear();
        foreach (Message message in messages)
        {
            Nodes[(int)message.To - 1].Core.Step(message);
            ReportDelivery(message);
        }

        foreach (SimNode node in Nodes)
        {
            node.Pump();
            while (node.CompleteWrite())
            {
                node.Pump();
            }
        }
    }

    private byte[] NextValue()
    {
        byte[] data = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(data, ++_nextValue);
        return data;
    }
}
