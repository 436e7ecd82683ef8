using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Tests.Model;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Commands.Codec;

/// <summary>Every command is decoded as it was encoded; malformed bytes are never decoded as a command.</summary>
public sealed class CommandCodecTests
{
    public static TheoryData<string, byte[]> All { get; } = new()
    {
        { "noop", CommandFormat.Encode(default(NoopCommand)) },
        { "put", CommandFormat.Encode(new PutCommand { Key = Bytes.Of("k"), Value = Bytes.Of(new string('v', 300)), Lease = -3, PrevKv = true }) },
        { "delete", CommandFormat.Encode(new DeleteRangeCommand { Key = Bytes.Of("k"), RangeEnd = Bytes.Of("l"), PrevKv = true }) },
        { "txn", CommandFormat.Encode(Nested(5)) },
        { "compact", CommandFormat.Encode(new CompactCommand { Revision = long.MaxValue }) },
        { "grant", CommandFormat.Encode(new LeaseGrantCommand { Id = long.MinValue, Ttl = 60 }) },
        { "revoke", CommandFormat.Encode(new LeaseRevokeCommand { Id = 77 }) },
        { "expire", CommandFormat.Encode(new LeaseExpireCommand { Id = -77, Term = ulong.MaxValue }) },
        { "expire in an epoch", CommandFormat.Encode(new LeaseExpireCommand { Id = -77, Term = 3, Epoch = 300 }) },
        {
            "checkpoint",
            CommandFormat.Encode(new LeaseCheckpointCommand { Term = 7, Checkpoints = [new LeaseCheckpoint(-77, ulong.MaxValue, 300), new LeaseCheckpoint(1, 0, 0)] })
        },
        { "member", CommandFormat.Encode(new MemberUpsertCommand { Member = Member }) },
        { "remove", CommandFormat.Encode(new MemberRemoveCommand { Id = ulong.MaxValue }) },
        { "attributes", CommandFormat.Encode(new MemberAttributesCommand { Id = 5, Name = "n", ClientUrls = ["http://c:1"] }) },
        { "version", CommandFormat.Encode(new ClusterVersionSetCommand { Version = "3.6.0" }) },
        { "auth enable", CommandFormat.Encode(default(AuthEnableCommand)) },
        { "auth disable", CommandFormat.Encode(default(AuthDisableCommand)) },
        { "user", CommandFormat.Encode(new UserPutCommand { Name = "näme", Hash = "hash", NoPassword = true }) },
        { "user delete", CommandFormat.Encode(new UserDeleteCommand { Name = "u" }) },
        { "password", CommandFormat.Encode(new UserPasswordCommand { Name = "u", Hash = "h" }) },
        { "user grant", CommandFormat.Encode(new UserGrantCommand { User = "u", Role = "r" }) },
        { "user revoke", CommandFormat.Encode(new UserRevokeCommand { User = "u", Role = "r" }) },
        { "role", CommandFormat.Encode(new RoleAddCommand { Name = "r" }) },
        { "role delete", CommandFormat.Encode(new RoleDeleteCommand { Name = "r" }) },
        {
            "role grant",
            CommandFormat.Encode(new RoleGrantCommand { Role = "r", Type = PermissionType.ReadWrite, Key = Bytes.Of("k"), RangeEnd = Bytes.Of("l") })
        },
        { "role revoke", CommandFormat.Encode(new RoleRevokeCommand { Role = "r", Key = Bytes.Of("k"), RangeEnd = Bytes.Of("l") }) },
        { "token", CommandFormat.Encode(new TokenIssueCommand { Digest = TokenDigest.Of("secret"u8), User = "u", CredentialRevision = ulong.MaxValue }) },
        { "touch", CommandFormat.Encode(new TokenTouchCommand { Digest = TokenDigest.Of("secret"u8) }) },
        { "drop", CommandFormat.Encode(new TokenDropCommand { Tokens = [new TokenUse(TokenDigest.Of("secret"u8), 300), new TokenUse(default, 0)] }) },
        { "as", CommandFormat.Encode(new AsCommand<PutCommand>(AuthIdentity.Of("u", 300), new PutCommand { Key = Bytes.Of("k"), Value = Bytes.Of("v") })) },
        { "alarm", CommandFormat.Encode(new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace, Member = 9 }) },
    };

    private static MemberRecord Member => new()
    {
        Id = 5,
        Name = "näme",
        PeerUrls = ["http://p:1", "http://p:2"],
        ClientUrls = [],
        IsLearner = true,
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Command_CutShortAnywhere_IsATypedFault(string name, byte[] encoded)
    {
        for (var length = 0; length < encoded.Length; length++)
        {
            var rig = Begun();
            var cut = encoded[..length];
            Assert.True(Record.Exception(() => rig.Machine.Apply(cut)) is CommandFormatException, $"{name} of {length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Command_WithATailOrAnotherVersion_IsATypedFault(string name, byte[] encoded)
    {
        Assert.NotNull(name);
        byte[] tail = [.. encoded, 0];
        byte[] version = [encoded[0], (byte)(encoded[1] + 1), .. encoded[2..]];
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(tail));
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(version));
        Begun().Machine.Apply(encoded);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Command_WithAnyByteChanged_IsAFaultOrAnotherCommand(string name, byte[] encoded)
    {
        for (var at = 0; at < encoded.Length; at++)
        {
            foreach (var flip in new byte[] { 1, 0x80, 0xff })
            {
                var changed = (byte[])encoded.Clone();
                changed[at] ^= flip;
                var rig = Begun();
                Assert.True(Record.Exception(() => rig.Machine.Apply(changed)) is null or CommandFormatException, $"{name} byte {at}");
            }
        }
    }

    [Fact]
    public void Put_Decoded_IsSlicesOfTheEntry()
    {
        var encoded = CommandFormat.Encode(new PutCommand { Key = Bytes.Of("key"), Value = Bytes.Of("value"), Lease = -9, IgnoreLease = true });
        var put = PutCommand.Decode(encoded);
        Assert.Equal(("key", "value", -9L, true, false, false), (Bytes.Text(put.Key), Bytes.Text(put.Value), put.Lease, put.IgnoreLease, put.IgnoreValue, put.PrevKv));
        Assert.True(encoded.AsSpan().Overlaps(put.Key.Span));
        Assert.True(encoded.AsSpan().Overlaps(put.Value.Span));
    }

    [Fact]
    public void Commands_Random_ReencodeToTheSameBytes()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var generator = new CommandGenerator(seed);
            for (var i = 0; i < 20; i++)
            {
                var command = generator.Next(20);
                var bytes = Encode(command);
                ICommand decoded = command switch
                {
                    PutCommand => PutCommand.Decode(bytes),
                    DeleteRangeCommand => DeleteRangeCommand.Decode(bytes),
                    TxnCommand => TxnCommand.Decode(bytes),
                    CompactCommand => CompactCommand.Decode(bytes),
                    LeaseGrantCommand => LeaseGrantCommand.Decode(bytes),
                    _ => LeaseRevokeCommand.Decode(bytes),
                };
                Assert.Equal(bytes, Encode(decoded));
            }
        }
    }

    [Fact]
    public void Member_RoundTrip_KeepsEveryField()
    {
        var member = MemberUpsertCommand.Decode(CommandFormat.Encode(new MemberUpsertCommand { Member = Member })).Member;
        Assert.Equal((5UL, "näme", true), (member.Id, member.Name, member.IsLearner));
        Assert.Equal(Member.PeerUrls, member.PeerUrls);
        Assert.Empty(member.ClientUrls);
    }

    [Fact]
    public void Command_HugeCountsAndLengths_AllocateNothingBig()
    {
        byte[] manyCompares = [(byte)CommandKind.Txn, 1, 0xff, 0xff, 0xff, 0xff, 0x07];
        byte[] longKey = [(byte)CommandKind.Put, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x07, 1];
        byte[] endless = [(byte)CommandKind.Compact, 1, .. Enumerable.Repeat((byte)0xff, 12)];
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(manyCompares));
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(longKey));
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(endless));
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(new byte[] { 200, 1 }));
    }

    [Fact]
    public void Txn_NestedTooDeep_IsATypedFaultAndDeepEnoughWorks()
    {
        Begun().Machine.Apply(CommandFormat.Encode(Nested(CommandFormat.TxnDepthMax)));
        Assert.Throws<CommandFormatException>(() => Begun().Machine.Apply(CommandFormat.Encode(Nested(CommandFormat.TxnDepthMax + 1))));
    }

    private static TxnCommand Nested(int depth)
    {
        var txn = Ops.Txn([Ops.Is(CompareTarget.Value, "a", CompareResult.NotEqual, value: "v", end: "b")], [Ops.Put("p")], [Ops.Range("r", "s")]);
        for (var i = 0; i < depth; i++)
        {
            txn = Ops.Txn([], [TxnOp.Of(txn)], [Ops.Delete("d", prevKv: true)]);
        }

        return txn;
    }

    private static byte[] Encode(ICommand command)
    {
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private static StoreRig Begun()
    {
        var rig = new StoreRig("memory");
        Assert.True(rig.Machine.BeginEntry(1, 1));
        return rig;
    }
}
