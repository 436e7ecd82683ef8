using System.Text;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;
using MetaStore.Testing.DataDriven;

namespace MetaStore.Raft.Tests.DataDriven;

/// <summary>A cluster controlled by commands, which prints all events.</summary>
internal sealed class ClusterScript
{
    private readonly SortedDictionary<ulong, SimNode> _nodes = [];
    private readonly List<Message> _network = [];
    private readonly HashSet<ulong> _alone = [];
    private readonly StringBuilder _told = new();
    private bool _quiet;
    private ScriptCommand _settings = ScriptCommand.Parse("cluster");

    /// <summary>Runs one command and returns the events.</summary>
    public string Run(ScriptCommand command)
    {
        _told.Clear();
        _quiet = command.Words.Contains("quiet");
        switch (command.Name)
        {
            case "cluster":
                Create(command);
                break;
            case "join":
                Add(command.Number(0), ConfState.Empty);
                break;
            case "tick":
                Tick(command);
                break;
            case "campaign":
                Core(command).Campaign();
                break;
            case "propose":
                Print($"{Core(command).Propose(Encoding.UTF8.GetBytes(command.Words[1]))}");
                break;
            case "change":
                Print($"{Core(command).Propose(ChangeOf(command))}");
                break;
            case "read":
                Core(command).ReadIndex(command.Number(1));
                break;
            case "transfer":
                Core(command).TransferLeader(command.Number(1));
                break;
            case "compact":
                Node(command).TakeSnapshot(command.Option("keep", 0));
                break;
            case "crash":
                Node(command).Crash(durableWrites: 0);
                break;
            case "isolate":
                _alone.Add(command.Number(0));
                break;
            case "heal":
                _alone.Clear();
                break;
            case "pump":
                Node(command).Pump();
                break;
            case "write":
                Node(command).CompleteWrite();
                break;
            case "deliver":
                Deliver();
                break;
            case "stabilize":
                Stabilize();
                break;
            case "status":
                break;
            default:
                throw new ArgumentException($"no such command: {command.Name}");
        }

        if (command.Name is "status")
        {
            return string.Join('\n', _nodes.Values.Select(Drawing.Node));
        }

        return _told.ToString();
    }

    private static ConfChange ChangeOf(ScriptCommand command)
    {
        IEnumerable<ConfChangeStep> steps = command.Words.Skip(1).Where(word => word != "joint").Select(word => new ConfChangeStep(
            word[0] switch { 'v' => ConfChangeType.AddVoter, 'l' => ConfChangeType.AddLearner, 'r' => ConfChangeType.Remove, _ => ConfChangeType.Update },
            ulong.Parse(word[1..], System.Globalization.CultureInfo.InvariantCulture)));
        return new ConfChange([.. steps], command.Words.Contains("joint"), default);
    }

    private SimNode Node(ScriptCommand command) => _nodes[command.Number(0)];

    private RaftCore Core(ScriptCommand command) => Node(command).Core;

    private void Create(ScriptCommand command)
    {
        _settings = command;
        ulong[] ids = [.. Enumerable.Range(1, (int)command.Option("nodes", 3)).Select(id => (ulong)id)];
        foreach (ulong id in ids)
        {
            Add(id, ConfState.Of(ids));
        }
    }

    private void Add(ulong id, ConfState members)
    {
        var start = SnapshotMetadata.Empty with { ConfState = members };
        _nodes.Add(id, new SimNode(id, Configure, start)
        {
            OnSend = (_, message) => _network.Add(message),
            OnApply = (node, entry) => Print($"{node.Id} applies {Drawing.Entry(entry)}"),
            OnReady = Observe,
        });
    }

    // Node 1 has the shortest election timeout, so that the scripts are easy to follow.
    private RaftConfig Configure(SimNode node) => new()
    {
        NodeId = node.Id,
        Jitter = n => (int)Math.Min(node.Id - 1, (ulong)n - 1),
        PreVote = _settings.Option("prevote", 1) == 1,
        CheckQuorum = _settings.Option("checkquorum", 1) == 1,
        MaxInflightMessages = (int)_settings.Option("inflight", 256),
    };

    private void Tick(ScriptCommand command)
    {
        for (ulong i = 0; i < command.Option("times", 1); i++)
        {
            Core(command).Tick();
        }
    }

    private void Observe(SimNode node, Ready ready)
    {
        foreach (RaftEvent happened in ready.Events)
        {
            Print($"{node.Id} {Drawing.Event(happened)}");
        }

        foreach (ReadState read in ready.ReadStates)
        {
            Print($"{node.Id} may read {read.RequestId} at {read.Index}");
        }

        foreach (ulong dropped in ready.ReadsDropped)
        {
            Print($"{node.Id} drops read {dropped}");
        }
    }

    private void Stabilize()
    {
        bool busy = true;
        while (busy)
        {
            foreach (SimNode node in _nodes.Values)
            {
                node.Pump();
                while (node.CompleteWrite())
                {
                    node.Pump();
                }
            }

            busy = _network.Count > 0;
            Deliver();
        }
    }

    private void Deliver()
    {
        Message[] messages = [.. _network];
        _network.Clear();
        foreach (Message message in messages)
        {
            bool lost = _alone.Contains(message.From) || _alone.Contains(message.To) || !_nodes.ContainsKey(message.To);
            Print(Drawing.Message(message) + (lost ? " LOST" : string.Empty));
            if (!lost)
            {
                _nodes[message.To].Core.Step(message);
            }

            if (message.Type == MessageType.InstallSnapshot)
            {
                _nodes[message.From].Core.ReportSnapshot(message.To, delivered: !lost);
            }
        }
    }

    private void Print(string line)
    {
        if (!_quiet)
        {
            _told.Append(line).Append('\n');
        }
    }
}
