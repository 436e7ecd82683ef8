using MetaStore.Engines.Memory;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Tests.Commands.Codec;

/// <summary>The state machine can apply every command that the check accepts, with any field values.</summary>
public sealed class CommandCheckTests
{
    private static readonly long[] _numbers = [0, 1, -1, 2, 60, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, long.MaxValue - 1];
    private static readonly string[] _texts = ["", "a", "http://h:1", "::no url::", "\0", new string('x', 300)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DamagedCommands_AreReadByTheCheckAsByTheApplier(int seed)
    {
        var random = new Random(seed);
        var agreed = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Any(random);
            for (var flips = random.Next(3); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length + 1) : bytes.Length)];
            var check = Record.Exception(() => CommandCheck.Read(bytes, out _));
            var machine = new ReplicatedStateMachine(new MemoryEngine());
            machine.BeginEntry(1, 1);
            var applied = Record.Exception(() => machine.Apply(bytes));
            Assert.True(check?.GetType() == applied?.GetType(), $"seed {seed}, round {round}, {Convert.ToHexString(bytes)}: {check?.Message} and {applied}");
            agreed += check is null ? 1 : 0;
        }

        Assert.InRange(agreed, 500, 2999);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ExtremeFields_AreAppliedPublishedAndLoadedAgain(int seed)
    {
        var random = new Random(seed);
        var machine = new ReplicatedStateMachine(new MemoryEngine());
        machine.Leases.Listener = new Deadlines();
        for (ulong index = 1; index <= 3000; index++)
        {
            var command = Any(random);
            CommandCheck.Read(command, out _);
            machine.BeginEntry(index, 1);
            machine.Apply(command);
            machine.EndEntry();
            machine.Publish();
            machine.CompactStep();
        }

        Assert.Equal(3000ul, new ReplicatedStateMachine(machine.Engine).AppliedIndex);
    }

    private static byte[] Any(Random random)
    {
        long N() => _numbers[random.Next(_numbers.Length)];
        string T() => _texts[random.Next(_texts.Length)];
        return random.Next(16) switch
        {
            0 => CommandFormat.Encode(Put(random)),
            1 => CommandFormat.Encode(new DeleteRangeCommand { Key = Key(random), RangeEnd = Key(random), PrevKv = random.Next(2) == 0 }),
            2 or 3 => CommandFormat.Encode(Txn(random, depth: 0)),
            4 => CommandFormat.Encode(new CompactCommand { Revision = random.Next(3) == 0 ? random.Next(2000) : N() }),
            5 or 6 => CommandFormat.Encode(new LeaseGrantCommand { Id = N(), Ttl = N() }),
            7 => CommandFormat.Encode(new LeaseRevokeCommand { Id = N() }),
            8 => CommandFormat.Encode(new LeaseExpireCommand { Id = N(), Term = random.Next(2) == 0 ? 1 : (ulong)N() }),
            9 => CommandFormat.Encode(new LeaseCheckpointCommand { Term = 1, Checkpoints = [new LeaseCheckpoint(N(), (ulong)N(), N()), new LeaseCheckpoint(N(), 0, N())] }),
            10 => CommandFormat.Encode(new MemberUpsertCommand { Member = new MemberRecord { Id = (ulong)N(), Name = T(), PeerUrls = [T(), T()], ClientUrls = [] } }),
            11 => CommandFormat.Encode(new MemberRemoveCommand { Id = (ulong)N() }),
            12 => CommandFormat.Encode(new MemberAttributesCommand { Id = (ulong)N(), Name = T(), ClientUrls = [T()] }),
            13 => CommandFormat.Encode(new ClusterVersionSetCommand { Version = T() }),
            14 => CommandFormat.Encode(new AlarmCommand { Action = (AlarmAction)random.Next(5), Kind = (AlarmKind)random.Next(4), Member = (ulong)N() }),
            _ => CommandFormat.Encode(default(NoopCommand)),
        };
    }

    private static PutCommand Put(Random random) => new()
    {
        Key = random.Next(4) == 0 ? new byte[] { 255 } : new[] { (byte)random.Next(256) },
        Value = Key(random),
        Lease = _numbers[random.Next(_numbers.Length)],
        PrevKv = random.Next(2) == 0,
        IgnoreValue = random.Next(4) == 0,
        IgnoreLease = random.Next(4) == 0,
    };

    private static TxnCommand Txn(Random random, int depth) => new()
    {
        Compares = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new TxnCompare
        {
            Target = (CompareTarget)random.Next(-1, 7),
            Result = (CompareResult)random.Next(-1, 6),
            Key = Key(random),
            RangeEnd = Key(random),
            Number = _numbers[random.Next(_numbers.Length)],
            Value = Key(random),
        })],
        Success = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Op(random, depth))],
        Failure = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Op(random, depth))],
    };

    private static TxnOp Op(Random random, int depth)
    {
        long N() => _numbers[random.Next(_numbers.Length)];
        return random.Next(depth < 3 ? 4 : 3) switch
        {
            0 => TxnOp.Of(Put(random)),
            1 => TxnOp.Of(new DeleteRangeCommand { Key = Key(random), RangeEnd = Key(random) }),
            2 => TxnOp.Of(new RangeQuery
            {
                Key = Key(random),
                RangeEnd = Key(random),
                Limit = N(),
                Revision = N(),
                SortOrder = (SortOrder)random.Next(-1, 4),
                SortTarget = (SortTarget)random.Next(-1, 6),
                MinModRevision = N(),
                MaxModRevision = N(),
                MinCreateRevision = N(),
                MaxCreateRevision = N(),
                CountOnly = random.Next(3) == 0,
            }),
            _ => TxnOp.Of(Txn(random, depth + 1)),
        };
    }

    private static byte[] Key(Random random) => random.Next(5) switch
    {
        0 => [],
        1 => [0],
        2 => [255, 255],
        _ => [(byte)random.Next(256)],
    };

    /// <summary>Computes deadlines from its notifications, as a leader does.</summary>
    private sealed class Deadlines : ILeaseListener
    {
        public void OnLoaded(IReadOnlyList<LeaseInfo> leases)
        {
            foreach (var lease in leases)
            {
                OnGranted(lease.Id, lease.Ttl);
            }
        }

        public void OnGranted(long id, long ttl) => Assert.True(TimeSpan.FromSeconds(ttl) > TimeSpan.Zero);

        public void OnRevoked(long id)
        {
        }

        public void OnCheckpointed(LeaseCheckpoint recorded) => Assert.True(recorded.Remaining >= 0);
    }
}
