using System.Diagnostics;
using MetaStore.Consensus.Nodes;
using MetaStore.Testing.Processes;

namespace MetaStore.Consensus.Clusters;

/// <summary>Three members of one system in three processes; their directories are deleted with it.</summary>
internal sealed class ConsensusCluster : IDisposable
{
    private const int Size = 3;
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeaderPoll = TimeSpan.FromMilliseconds(20);
    private readonly MemberProcess?[] _members = new MemberProcess?[Size];
    private readonly NodeSettings[] _settings;
    private readonly string _folder;

    /// <summary>Makes the directories; nothing runs yet.</summary>
    /// <param name="system">Which implementation.</param>
    /// <param name="root">Folder on the disk to measure.</param>
    public ConsensusCluster(ConsensusSystem system, string root)
    {
        _folder = Path.Combine(root, $"metaconsensus-{Environment.ProcessId}-{Guid.NewGuid():n}");
        Directory.CreateDirectory(_folder);
        var ports = FreePorts.Take(Size);
        _settings = [.. Enumerable.Range(1, Size).Select(id => new NodeSettings(system, id, ports, Path.Combine(_folder, $"n{id}")))];
    }

    /// <summary>Processor time of all members that run.</summary>
    public TimeSpan Cpu => _members.Aggregate(TimeSpan.Zero, (sum, member) => sum + (member?.Cpu ?? TimeSpan.Zero));

    /// <summary>Starts all members but one.</summary>
    /// <param name="except">Position of the one that stays down; -1 for none.</param>
    public void Start(int except = -1)
    {
        for (var i = 0; i < Size; i++)
        {
            if (i != except)
            {
                _members[i] = MemberProcess.Start(_settings[i]);
            }
        }
    }

    /// <summary>Waits until a member leads and commits in its term.</summary>
    /// <returns>Its position.</returns>
    /// <exception cref="TimeoutException">None did in 60 s.</exception>
    public async Task<int> LeaderAsync()
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < LeaderTimeout; await Task.Delay(LeaderPoll))
        {
            for (var i = 0; i < Size; i++)
            {
                if (_members[i] is { } member && await member.AskAsync("role") == "leader" && await member.AskAsync("barrier") == "applied")
                {
                    return i;
                }
            }
        }

        throw new TimeoutException($"no member of {_settings[0].System} leads after {LeaderTimeout.TotalSeconds} s");
    }

    /// <summary>A running member.</summary>
    public MemberProcess Member(int position) => _members[position] ?? throw new InvalidOperationException($"member {position} does not run");

    /// <summary>File of the ids that the member at a position acknowledged.</summary>
    public string AcknowledgedBy(int position) => _settings[position].Directory + NodeProgram.AcknowledgedSuffix;

    /// <summary>File of the ids that came out of the log of the member at a position since its start.</summary>
    public string AppliedBy(int position) => _settings[position].Directory + NodeProgram.AppliedSuffix;

    /// <summary>SIGKILL to all, the one at a position last; returns when all have ended.</summary>
    public async Task KillAllAsync(int last)
    {
        foreach (var member in _members.Where((_, i) => i != last).Append(_members[last]))
        {
            member?.Kill();
        }

        for (var i = 0; i < Size; i++)
        {
            if (_members[i] is { } member)
            {
                await member.WaitAsync();
                member.Dispose();
                _members[i] = null;
            }
        }
    }

    /// <summary>Ends the members and deletes their directories.</summary>
    public void Dispose()
    {
        foreach (var member in _members)
        {
            member?.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
