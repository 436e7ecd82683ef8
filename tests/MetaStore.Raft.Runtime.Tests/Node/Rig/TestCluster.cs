using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Transport.InMemory;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>Real nodes in one process, on real disks, joined without sockets.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const ulong ClusterId = 0xC1;
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly List<TestMember> _members = [];
    private readonly long _logMemoryBytes;
    private int _retries;

    public TestCluster(int size, long logMemoryBytes = 16 << 20)
    {
        _logMemoryBytes = logMemoryBytes;
        InitialMember[] initial = [.. Enumerable.Range(1, size).Select(i => new InitialMember((ulong)i, default))];
        for (int i = 1; i <= size; i++)
        {
            _members.Add(new TestMember((ulong)i, _folder.At($"n{i}"), Network, initial, logMemoryBytes));
        }

        _members.ForEach(member =>
        {
            Directory.CreateDirectory(_folder.At($"n{member.Id}"));
            member.Start();
        });
    }

    public InMemoryPeerNetwork Network { get; } = new();

    public IReadOnlyList<TestMember> Members => _members;

    public TestMember Member(ulong id) => _members[(int)id - 1];

    /// <summary>Adds a member that knows nothing yet.</summary>
    public TestMember AddEmpty()
    {
        ulong id = (ulong)_members.Count + 1;
        Directory.CreateDirectory(_folder.At($"n{id}"));
        TestMember member = new(id, _folder.At($"n{id}"), Network, [], _logMemoryBytes);
        _members.Add(member);
        member.Start();
        return member;
    }

    /// <summary>The leader that a majority follows.</summary>
    public async Task<TestMember> LeaderAsync()
    {
        TestMember? leader = null;
        await Eventually.TrueAsync(
            () =>
            {
                leader = _members.FirstOrDefault(member => member.IsLeader);
                return leader is not null && _members.Count(m => m.IsRunning && m.Node.Leadership.Leader == leader.Id) * 2 > _members.Count;
            },
            Limit,
            Describe);
        return leader!;
    }

    public async Task<TestMember> FollowerAsync()
    {
        TestMember leader = await LeaderAsync();
        return _members.First(member => member.IsRunning && member != leader);
    }

    /// <summary>Proposes through a member until it is applied there; safe here because the texts are unique.</summary>
    public async Task ProposeAsync(TestMember member, string text)
    {
        int asked = 0;
        await Eventually.TrueAsync(
            () =>
            {
                if (member.Host.Applied.Contains(text))
                {
                    return true;
                }

                // Again only after a second: a proposal in a lost leader's log may still come through.
                if (asked++ % 50 == 0)
                {
                    _retries += asked > 1 ? 1 : 0;
                    member.Node.TryPropose(new TestProposal(text));
                }

                return false;
            },
            Limit,
            () => $"{text} not applied; {Describe()}");
    }

    /// <summary>Waits until all running members have applied the same.</summary>
    public Task ConvergedAsync(params string[] includes) => Eventually.TrueAsync(
        () =>
        {
            string[][] applied = [.. _members.Where(member => member.IsRunning).Select(member => member.Host.Applied)];
            return applied.All(list => list.SequenceEqual(applied[0])) && includes.All(text => applied[0].Contains(text));
        },
        Limit,
        Describe);

    public string Describe() => string.Join(
        Environment.NewLine,
        _members.Select(m => m.IsRunning
            ? $"{m.Id}: {m.Node.Leadership.Role} leader {m.Node.Leadership.Leader} term {m.Node.Progress.Term} commit {m.Node.Progress.Committed} "
                + $"applied {m.Host.LastIndex} ({m.Host.Applied.Length})"
            : $"{m.Id}: stopped"))
        + $"{Environment.NewLine}retries {_retries}{Environment.NewLine}"
        + string.Join(Environment.NewLine, _members.SelectMany(m => m.Log.All.TakeLast(8)));

    public async ValueTask DisposeAsync()
    {
        foreach (TestMember member in _members)
        {
            await member.DisposeAsync();
        }

        _folder.Dispose();
    }
}
