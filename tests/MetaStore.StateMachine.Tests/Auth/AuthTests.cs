using System.Security.Cryptography;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Schema;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Auth;

/// <summary>etcd v3 Auth: conditions of each command, auth revision, and what is judged when a command is applied.</summary>
public abstract class AuthTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    private AuthState State => _rig.Machine.Reader.Auth;

    [SkippableFact]
    public void Enable_NeedsRootWithItsRole_AndIsNoRevision()
    {
        Assert.Equal(ErrorCode.RootUserNotFound, _rig.Apply(default(AuthEnableCommand)).Error);
        _rig.Apply(new UserPutCommand { Name = "root", Hash = "h" });
        Assert.Equal(ErrorCode.RootRoleNotGranted, _rig.Apply(default(AuthEnableCommand)).Error);
        _rig.Apply(new UserGrantCommand { User = "root", Role = "root" });
        Assert.Equal(3UL, State.Revision);
        Assert.Equal(ErrorCode.None, _rig.Apply(default(AuthEnableCommand)).Error);
        Assert.True(State.IsEnabled);
        Assert.Equal(ErrorCode.None, _rig.As("root", default(AuthEnableCommand)).Error);
        Assert.Equal((3UL, 0UL), (State.Revision, State.DisabledAt));
        Assert.Equal(ErrorCode.None, _rig.As("root", default(AuthDisableCommand)).Error);
        Assert.Equal((4UL, 4UL, false), (State.Revision, State.DisabledAt, State.IsEnabled));
        Assert.Equal(ErrorCode.None, _rig.Apply(default(AuthDisableCommand)).Error);
        Assert.Equal(4UL, State.Revision);
        Assert.Equal(1, _rig.Revision);
    }

    [SkippableFact]
    public void UsersAndRoles_Refusals_ChangeNothing()
    {
        AuthRig.User(_rig, "u", (PermissionType.Read, "a", "c"));
        var revision = State.Revision;
        (ICommand Command, ErrorCode Error)[] refused =
        [
            (new UserPutCommand { Name = "", Hash = "h" }, ErrorCode.UserEmpty),
            (new UserPutCommand { Name = "u", Hash = "h" }, ErrorCode.UserExists),
            (new UserDeleteCommand { Name = "x" }, ErrorCode.UserNotFound),
            (new UserPasswordCommand { Name = "x", Hash = "h" }, ErrorCode.UserNotFound),
            (new UserGrantCommand { User = "x", Role = "u" }, ErrorCode.UserNotFound),
            (new UserGrantCommand { User = "u", Role = "x" }, ErrorCode.RoleNotFound),
            (new UserRevokeCommand { User = "x", Role = "u" }, ErrorCode.UserNotFound),
            (new UserRevokeCommand { User = "u", Role = "x" }, ErrorCode.RoleNotGranted),
            (new RoleAddCommand { Name = "" }, ErrorCode.RoleEmpty),
            (new RoleAddCommand { Name = "u" }, ErrorCode.RoleExists),
            (new RoleDeleteCommand { Name = "x" }, ErrorCode.RoleNotFound),
            (Grant("x", PermissionType.Read, "a", ""), ErrorCode.RoleNotFound),
            (Grant("x", PermissionType.Read, "", ""), ErrorCode.InvalidAuthManagement),
            (Grant("u", PermissionType.Read, "", "b"), ErrorCode.InvalidAuthManagement),
            (Grant("u", PermissionType.Read, "b", "b"), ErrorCode.InvalidAuthManagement),
            (Grant("u", PermissionType.Read, "b", "a"), ErrorCode.InvalidAuthManagement),
            (Grant("u", (PermissionType)3, "a", "b"), ErrorCode.InvalidAuthManagement),
            (new RoleRevokeCommand { Role = "x", Key = Bytes.Of("a"), RangeEnd = Bytes.Of("c") }, ErrorCode.RoleNotFound),
            (new RoleRevokeCommand { Role = "u", Key = Bytes.Of("a") }, ErrorCode.PermissionNotGranted),
        ];
        Assert.All(refused, row => Assert.Equal(row.Error, _rig.Apply(row.Command).Error));
        Assert.Equal(ErrorCode.None, _rig.Apply(new UserGrantCommand { User = "u", Role = "u" }).Error);
        Assert.Equal(revision, State.Revision);
    }

    [SkippableFact]
    public void Lists_AreInByteOrder_AndAGrantReplacesTheType()
    {
        foreach (var name in (string[])["b", "ab", "\uE000", "\U00010000", "a", "é"])
        {
            _rig.Apply(new UserPutCommand { Name = name, Hash = "h" });
            _rig.Apply(new RoleAddCommand { Name = name });
            _rig.Apply(new UserGrantCommand { User = "b", Role = name });
        }

        string[] sorted = ["a", "ab", "b", "é", "\uE000", "\U00010000"];
        Assert.Equal(sorted, State.UserNames);
        Assert.Equal(sorted, State.RoleNames);
        Assert.Equal(sorted, State.Users["b"].Roles);
        foreach (var (key, end) in ((string, string)[])[("b", ""), ("a", "z"), ("a", "b"), ("a", "")])
        {
            _rig.Apply(Grant("a", PermissionType.Read, key, end));
        }

        _rig.Apply(Grant("a", PermissionType.ReadWrite, "a", "b"));
        Assert.Equal(
            ["Read a-", "ReadWrite a-b", "Read a-z", "Read b-"],
            State.Roles["a"].Permissions.Select(permission => $"{permission.Type} {Bytes.Text(permission.Key)}-{Bytes.Text(permission.RangeEnd)}"));
        _rig.Apply(new RoleRevokeCommand { Role = "a", Key = Bytes.Of("a"), RangeEnd = Bytes.Of("b") });
        Assert.Equal(3, State.Roles["a"].Permissions.Count);
        var before = State.Revision;
        _rig.Apply(new RoleDeleteCommand { Name = "ab" });
        Assert.Equal(before + 1, State.Revision);
        Assert.DoesNotContain("ab", State.Users["b"].Roles);
    }

    [SkippableFact]
    public void WhileOn_RootCannotBeShutOut()
    {
        AuthRig.Enable(_rig);
        Assert.Equal(ErrorCode.InvalidAuthManagement, _rig.As("root", new UserDeleteCommand { Name = "root" }).Error);
        Assert.Equal(ErrorCode.InvalidAuthManagement, _rig.As("root", new RoleDeleteCommand { Name = "root" }).Error);
        Assert.Equal(ErrorCode.InvalidAuthManagement, _rig.As("root", new UserRevokeCommand { User = "root", Role = "root" }).Error);
        _rig.As("root", default(AuthDisableCommand));
        Assert.Equal(ErrorCode.None, _rig.Apply(new UserRevokeCommand { User = "root", Role = "root" }).Error);
        Assert.Equal(ErrorCode.None, _rig.Apply(new UserDeleteCommand { Name = "root" }).Error);
    }

    [SkippableFact]
    public void WhileOn_ACommandIsJudgedByItsIdentity()
    {
        AuthRig.User(_rig, "u", (PermissionType.ReadWrite, "a", "b"));
        AuthRig.Enable(_rig);
        var put = new PutCommand { Key = Bytes.Of("ab") };
        Assert.Equal(ErrorCode.UserEmpty, _rig.Apply(put).Error);
        Assert.Equal(ErrorCode.UserEmpty, _rig.Apply(new AsCommand<PutCommand>(AuthIdentity.None, put)).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("unknown", put).Error);
        Assert.Equal(ErrorCode.None, _rig.As("u", put).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("u", new PutCommand { Key = Bytes.Of("b") }).Error);
        Assert.Equal(ErrorCode.None, _rig.As("root", new PutCommand { Key = Bytes.Of("zz") }).Error);
        Assert.Equal(ErrorCode.None, _rig.Apply(new AsCommand<PutCommand>(AuthIdentity.Internal, put)).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("u", new CompactCommand { Revision = 2 }).Error);
        Assert.Equal(ErrorCode.UserNotFound, _rig.As("unknown", new CompactCommand { Revision = 2 }).Error);
        Assert.Equal(ErrorCode.None, _rig.As("u", new AlarmCommand { Action = AlarmAction.Get }).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("unknown", new AlarmCommand { Action = AlarmAction.Get }).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("u", new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace }).Error);
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("u", new UserPasswordCommand { Name = "u", Hash = "own" }).Error);
        Assert.Equal(ErrorCode.UserNotFound, _rig.As("unknown", new RoleAddCommand { Name = "r" }).Error);
        Assert.Equal(4, _rig.Revision);
    }

    [SkippableFact]
    public void Identity_IsOld_AfterItsPasswordOrADisable_NotAfterOthers()
    {
        AuthRig.User(_rig, "u", (PermissionType.ReadWrite, "a", ""));
        AuthRig.Enable(_rig);
        var proved = AuthIdentity.Of("u", State.Revision);
        CommandResult Put(AuthIdentity identity) => _rig.Apply(new AsCommand<PutCommand>(identity, new PutCommand { Key = Bytes.Of("a") }));
        Assert.Equal(ErrorCode.AuthOldRevision, Put(AuthIdentity.Of("u", State.Revision + 1)).Error);
        _rig.As("root", new UserPutCommand { Name = "v", Hash = "h" });
        _rig.As("root", new UserPasswordCommand { Name = "v", Hash = "h" });
        Assert.Equal(ErrorCode.None, Put(proved).Error);
        _rig.As("root", new UserPasswordCommand { Name = "u", Hash = "h2" });
        Assert.Equal(ErrorCode.AuthOldRevision, Put(proved).Error);
        proved = AuthIdentity.Of("u", State.Revision);
        _rig.As("root", default(AuthDisableCommand));
        _rig.Apply(default(AuthEnableCommand));
        Assert.Equal(ErrorCode.AuthOldRevision, Put(proved).Error);
        proved = AuthIdentity.Of("u", State.Revision);
        _rig.As("root", new UserDeleteCommand { Name = "u" });
        Assert.Equal(ErrorCode.PermissionDenied, Put(proved).Error);
        _rig.As("root", new UserPutCommand { Name = "u", Hash = "h" });
        Assert.Equal(ErrorCode.AuthOldRevision, Put(proved).Error);
    }

    [SkippableFact]
    public void Keys_NeedTheRightsOfEveryPartOfACommand()
    {
        AuthRig.User(_rig, "w", (PermissionType.Write, "a", "b"));
        AuthRig.User(_rig, "rw", (PermissionType.ReadWrite, "a", "b"));
        _rig.Grant(1);
        _rig.Grant(2);
        _rig.Put("z", lease: 2);
        AuthRig.Enable(_rig);
        (ICommand Command, bool Writer, bool Both)[] rows =
        [
            (new PutCommand { Key = Bytes.Of("a") }, true, true),
            (new PutCommand { Key = Bytes.Of("a"), PrevKv = true }, false, true),
            (new PutCommand { Key = Bytes.Of("a"), Lease = 1 }, true, true),
            (new PutCommand { Key = Bytes.Of("a"), Lease = 2 }, false, false),
            (new DeleteRangeCommand { Key = Bytes.Of("a"), RangeEnd = Bytes.Of("b") }, true, true),
            (new DeleteRangeCommand { Key = Bytes.Of("a"), RangeEnd = Bytes.Of("b"), PrevKv = true }, false, true),
            (new DeleteRangeCommand { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey }, false, false),
            (Ops.Txn([], [Ops.Put("a")]), true, true),
            (Ops.Txn([], [Ops.Put("a")], [Ops.Put("z")]), false, false),
            (Ops.Txn([Ops.Is(CompareTarget.Version, "a", CompareResult.Equal)], []), false, true),
            (Ops.Txn([Ops.Is(CompareTarget.Version, "a", CompareResult.Equal, end: "c")], []), false, false),
            (Nested(10, Ops.Put("a")), true, true),
            (Nested(10, Ops.Put("z")), false, false),
            (Nested(10, Ops.Range("a", "b")), false, true),
            (new LeaseGrantCommand { Id = 9, Ttl = 10 }, true, false),
            (new LeaseRevokeCommand { Id = 2 }, false, false),
        ];
        foreach (var (command, writer, both) in rows)
        {
            Assert.Equal(writer ? ErrorCode.None : ErrorCode.PermissionDenied, _rig.As("w", command).Error);
            if (command is not LeaseGrantCommand)
            {
                Assert.Equal(both ? ErrorCode.None : ErrorCode.PermissionDenied, _rig.As("rw", command).Error);
            }
        }

        Assert.Equal(ErrorCode.None, _rig.As("w", new LeaseRevokeCommand { Id = 1 }).Error);
        Assert.Equal(ErrorCode.LeaseNotFound, _rig.As("w", new LeaseRevokeCommand { Id = 1 }).Error);
        Assert.Equal(ErrorCode.None, _rig.Apply(new LeaseExpireCommand { Id = 2, Term = 1 }).Error);
    }

    [SkippableFact]
    public void Permission_ComesBeforeTheAlarm()
    {
        AuthRig.User(_rig, "u");
        AuthRig.Enable(_rig);
        _rig.As("root", new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace, Member = 1 });
        Assert.Equal(ErrorCode.PermissionDenied, _rig.As("u", new PutCommand { Key = Bytes.Of("a") }).Error);
        Assert.Equal(ErrorCode.NoSpace, _rig.As("root", new PutCommand { Key = Bytes.Of("a") }).Error);
    }

    [SkippableFact]
    public void Token_ProvesItsUser_UntilTheCredentialChanges()
    {
        AuthRig.User(_rig, "u");
        AuthRig.Enable(_rig);
        var digest = TokenDigest.Of("secret"u8);
        var credential = State.Users["u"].CredentialRevision;
        Assert.Equal(ErrorCode.CredentialChanged, Issue(digest, "u", credential + 1).Error);
        Assert.Equal(ErrorCode.CredentialChanged, Issue(digest, "x", credential).Error);
        Assert.Equal(ErrorCode.None, Issue(digest, "u", credential).Error);
        Assert.True(State.Tokens.TryGet(digest, out var record));
        Assert.Equal(_rig.Machine.AppliedIndex, record.IssuedAt);
        Assert.Equal(AuthIdentity.Of("u", State.Revision), State.IdentityOf(record));
        _rig.As("root", new UserGrantCommand { User = "u", Role = "root" });
        Assert.NotNull(State.IdentityOf(record));
        _rig.As("root", new UserPasswordCommand { Name = "u", Hash = "h2" });
        Assert.Null(State.IdentityOf(record));
        Assert.Equal(ErrorCode.None, Issue(digest, "", 0).Error);
        Assert.True(State.Tokens.TryGet(digest, out record));
        Assert.Equal(AuthIdentity.Internal, State.IdentityOf(record));
    }

    [SkippableFact]
    public void TokenDrop_KeepsATokenThatWasUsedSince()
    {
        AuthRig.Enable(_rig);
        var digest = TokenDigest.Of("secret"u8);
        Issue(digest, "root", State.Users["root"].CredentialRevision);
        State.Tokens.TryGet(digest, out var issued);
        _rig.Apply(new TokenTouchCommand { Digest = digest });
        _rig.Apply(new TokenDropCommand { Tokens = [new TokenUse(digest, issued.UsedAt)] });
        Assert.True(State.Tokens.TryGet(digest, out var used));
        Assert.True(used.UsedAt > issued.UsedAt);
        _rig.Apply(new TokenDropCommand { Tokens = [new TokenUse(digest, used.UsedAt)] });
        Assert.Equal(0, State.Tokens.Count);
    }

    [SkippableFact]
    public void Reopen_UsersRolesTokensAndSwitch_AreStillThere()
    {
        AuthRig.User(_rig, "u", (PermissionType.Read, "a", "c"), (PermissionType.Write, "b", ""));
        _rig.Apply(new UserPutCommand { Name = "né", NoPassword = true, Hash = "ignored" });
        AuthRig.Enable(_rig);
        Issue(TokenDigest.Of("secret"u8), "u", State.Users["u"].CredentialRevision);
        var again = new StoreRig(_rig.Engine.Copy()).Machine.Reader.Auth;
        Assert.Equal(Text(State), Text(again));
        Assert.Equal(AuthHash.Of(State), AuthHash.Of(again));
        Assert.True(again.IsEnabled);
        Assert.Equal("", again.Users["né"].Hash);
    }

    [SkippableFact]
    public void Restore_KeepsUsersRolesAndSwitch_AndDropsTokens()
    {
        AuthRig.User(_rig, "u", (PermissionType.Read, "a", "c"));
        AuthRig.Enable(_rig);
        Issue(TokenDigest.Of("secret"u8), "u", State.Users["u"].CredentialRevision);
        using var backup = new MemoryStream();
        using var restored = new MemoryStream();
        using (var view = _rig.Engine.OpenView())
        {
            _rig.Engine.WriteCheckpoint(view, backup, CancellationToken.None);
        }

        backup.Write(new byte[BackupFormat.PaddingOf(backup.Length)]);
        backup.Write(SHA256.HashData(backup.ToArray()));
        RestoredState.Write(BackupSource.Open(backup, mayLackHash: false, CancellationToken.None), restored, new RestorePlan([new MemberRecord { Id = 1 }], 1, 1), CancellationToken.None);
        restored.Position = 0;
        using var engine = new MemoryEngine();
        engine.Load(restored, CancellationToken.None);
        var state = new ReplicatedStateMachine(engine).Reader.Auth;
        Assert.Equal(AuthHash.Of(State), AuthHash.Of(state));
        Assert.Equal((1, 0), (State.Tokens.Count, state.Tokens.Count));
        Assert.Equal(2, FormatOf(engine));
    }

    [SkippableFact]
    public void WithoutUsers_TheBucketIsEmpty_AndALogHasNoNewKinds()
    {
        _rig.Put("a");
        _rig.Grant(1);
        using var view = _rig.Engine.OpenView();
        using var cursor = view.Seek(Bucket.Auth, default, default);
        Assert.False(cursor.MoveNext());
    }

    [SkippableFact]
    public void StateRecord_HasAnotherFormat_FromTheFirstUserOn()
    {
        // A release without users refuses format 2; it would let everyone read what users protect.
        _rig.Put("a");
        Assert.Equal(1, FormatOf(_rig.Engine));
        Assert.Equal(ErrorCode.UserNotFound, _rig.Apply(new UserDeleteCommand { Name = "u" }).Error);
        Assert.Equal(1, FormatOf(_rig.Engine));
        _rig.Apply(new UserPutCommand { Name = "u", Hash = "h" });
        Assert.Equal(2, FormatOf(_rig.Engine));
        _rig.Apply(new UserDeleteCommand { Name = "u" });
        var again = new StoreRig(_rig.Engine.Copy());
        again.Put("b");
        Assert.Equal(2, FormatOf(again.Engine));
    }

    [SkippableFact]
    public void RoleChange_IsSeenByEveryUserThatHasTheRole()
    {
        for (var i = 0; i < 100; i++)
        {
            _rig.ApplyUnpublished(new UserPutCommand { Name = $"u{i}", Hash = "h" });
        }

        AuthRig.User(_rig, "r", (PermissionType.Read, "a", ""));
        for (var i = 0; i < 100; i++)
        {
            _rig.ApplyUnpublished(new UserGrantCommand { User = $"u{i}", Role = "r" });
        }

        AuthRig.Enable(_rig);
        _rig.As("root", Grant("r", PermissionType.ReadWrite, "b", ""));
        Assert.Equal(ErrorCode.None, _rig.As("u7", new PutCommand { Key = Bytes.Of("b") }).Error);
    }

    private static byte FormatOf(IStorageEngine engine)
    {
        using var view = engine.OpenView();
        Assert.True(view.TryGet(Bucket.Meta, MetaKeys.State, out var record));
        return record.Span[0];
    }

    private static string Text(AuthState state) => string.Join('\n',
    [
        $"{state.IsEnabled} {state.Revision} {state.DisabledAt} {state.Changes}",
        .. state.UserNames.Select(name => state.Users[name]).Select(user => $"{user.Name} {user.Hash} {user.NoPassword} {user.CredentialRevision} {string.Join(',', user.Roles)}"),
        .. state.RoleNames.Select(name => state.Roles[name]).Select(role =>
            $"{role.Name} {string.Join(',', role.Permissions.Select(at => $"{at.Type}{Bytes.Text(at.Key)}-{Bytes.Text(at.RangeEnd)}"))}"),
        .. state.Tokens.Uses.Select(use => $"{use}"),
    ]);

    private static RoleGrantCommand Grant(string role, PermissionType type, string key, string end)
        => new() { Role = role, Type = type, Key = Bytes.Of(key), RangeEnd = Bytes.Of(end) };

    private static TxnCommand Nested(int depth, TxnOp innermost)
    {
        var txn = Ops.Txn([], [], [innermost]);
        for (var i = 1; i < depth; i++)
        {
            txn = Ops.Txn([], [TxnOp.Of(txn)]);
        }

        return txn;
    }

    private CommandResult Issue(TokenDigest digest, string user, ulong credential)
        => _rig.Apply(new TokenIssueCommand { Digest = digest, User = user, CredentialRevision = credential });
}
