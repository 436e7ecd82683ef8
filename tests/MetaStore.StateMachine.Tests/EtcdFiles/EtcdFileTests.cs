using MetaStore.Engines;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.EtcdFiles;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.EtcdFiles;

/// <summary>A state goes through a file of etcd without loss.</summary>
public sealed class EtcdFileTests
{
    [SkippableTheory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public void State_ThroughAFileOfEtcd_IsTheSame(string engine)
    {
        var rig = EtcdFileRig.Fill(new StoreRig(engine));
        var machine = EtcdFileRig.Restore(EtcdFileRig.Save(rig));
        using var before = rig.Machine.Reader.OpenRead();
        using var after = machine.Reader.OpenRead();
        Assert.Equal((rig.Revision, 20L), (machine.Reader.Revision, after.HashKv(0).CompactRevision));
        for (var revision = 20; revision <= rig.Revision; revision++)
        {
            Assert.Equal(before.HashKv(revision).Hash, after.HashKv(revision).Hash);
        }

        Assert.Equal(ErrorCode.Compacted, after.Range(new RangeQuery { Key = Bytes.Of("k00"), Revision = 19 }).Error);
        Assert.Equal(rig.Machine.Leases.List(), machine.Leases.List());
        Assert.Equal(rig.Machine.Leases.KeysOf(7), machine.Leases.KeysOf(7));
        Assert.Equal([new AlarmRecord(5, AlarmKind.NoSpace)], machine.Alarms.Raised);
        Assert.Equal([9UL], machine.Members.Members.Select(member => member.Id));
        SameUsers(rig.Machine.Reader.Auth, machine.Reader.Auth);
    }

    [Fact]
    public void EmptyStore_ThroughAFileOfEtcd_IsEmpty()
    {
        var machine = EtcdFileRig.Restore(EtcdFileRig.Save(new StoreRig("memory")));
        Assert.Equal((1L, 0, false), (machine.Reader.Revision, machine.Leases.Count, machine.Reader.Auth.IsEnabled));
        Assert.Equal(0UL, machine.Reader.Auth.Changes);
    }

    [Fact]
    public void SkippedRevisions_AreKept()
    {
        var rig = new StoreRig("memory");
        rig.Put("a", "1");
        var restored = new MemoryStream();
        var plan = new RestorePlan([], 1, 1) { BumpRevision = 1000 };
        RestoredState.Write(BackupSource.Open(new MemoryStream(EtcdFileRig.Save(rig)), mayLackHash: false, CancellationToken.None), restored, plan, CancellationToken.None);
        restored.Position = 0;
        var bumped = new ProbedEngine("memory");
        bumped.Load(restored, CancellationToken.None);
        var machine = EtcdFileRig.Restore(EtcdFileRig.Save(new StoreRig(bumped)));
        Assert.Equal(1002, machine.Reader.Revision);
    }

    /// <summary>A lease can end in etcd between its record and those of its keys; such keys are without one, and can be written.</summary>
    [Fact]
    public void KeyWithALeaseThatIsGone_KeepsItsRecord()
    {
        var rig = new StoreRig("memory");
        rig.Grant(7);
        rig.Put("a", "1", lease: 7);
        var batch = new WriteBatch();
        batch.Delete(Bucket.Leases, new byte[] { 0, 0, 0, 0, 0, 0, 0, 7 });
        rig.Engine.Commit(batch);
        var orphan = new StoreRig(rig.Engine.Copy());
        Assert.Equal(0, orphan.Machine.Leases.Count);
        Assert.Equal(ErrorCode.None, orphan.Apply(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("2"), IgnoreLease = true }).Error);
    }

    [Fact]
    public void DatabaseOfAMember_NeedsTheFlag_AndForeignFilesAreRefused()
    {
        var file = EtcdFileRig.Save(EtcdFileRig.Fill(new StoreRig("memory")));
        var refused = Assert.Throws<EngineException>(() => EtcdFileRig.Restore(file[..^32]));
        Assert.Contains("has a SHA-256 at its end, and this file has none", refused.Message, StringComparison.Ordinal);
        Assert.True(EtcdFileRig.Restore(file[..^32], mayLackHash: true).Reader.Revision > 60);
        file[^1]++;
        Assert.Contains("SHA-256 is wrong", Assert.Throws<EngineException>(() => EtcdFileRig.Restore(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>U+FFFD, which stands for bytes that are not UTF-8, is a character that a name may have.</summary>
    [Fact]
    public void NameWithTheReplacementCharacter_IsReadAgain_AndBytesThatAreNotUtf8AreRefused()
    {
        var user = new AuthUser("a\uFFFD", "hash", NoPassword: false, ["r\uFFFD"], CredentialRevision: 3);
        var record = EtcdUsers.Encode(user);
        var name = System.Text.Encoding.UTF8.GetBytes(user.Name);
        var read = EtcdUsers.DecodeUser(name, record, revision: 3);
        Assert.Equal((user.Name, "r\uFFFD"), (read.Name, Assert.Single(read.Roles)));

        // The first bytes of a longer character: as long as the replacement.
        (record[3], record[4], record[5]) = (0xF0, 0x9F, 0x98);
        name = record[2..6];
        Assert.Throws<EtcdFileException>(() => EtcdUsers.DecodeUser(name, record, revision: 3));
    }

    private static void SameUsers(AuthState expected, AuthState actual)
    {
        Assert.Equal((expected.IsEnabled, expected.Revision), (actual.IsEnabled, actual.Revision));
        Assert.Equal(expected.UserNames, actual.UserNames);
        Assert.All(expected.Users.Values, user =>
            Assert.Equal((user.Hash, user.NoPassword, string.Join(',', user.Roles)), (actual.Users[user.Name].Hash, actual.Users[user.Name].NoPassword, string.Join(',', actual.Users[user.Name].Roles))));
        Assert.Equal(expected.RoleNames, actual.RoleNames);
        Assert.All(expected.Roles.Values, role => Assert.Equal(
            role.Permissions.Select(one => (one.Type, Convert.ToHexString(one.Key), Convert.ToHexString(one.RangeEnd))),
            actual.Roles[role.Name].Permissions.Select(one => (one.Type, Convert.ToHexString(one.Key), Convert.ToHexString(one.RangeEnd)))));
    }
}
