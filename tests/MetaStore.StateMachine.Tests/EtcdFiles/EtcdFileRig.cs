using System.Security.Cryptography;
using MetaStore.Engines.Memory;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.EtcdFiles;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Tests.Auth;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.EtcdFiles;

/// <summary>A store with some of everything, files of etcd made from it, and stores restored from files.</summary>
internal static class EtcdFileRig
{
    /// <summary>History, tombstones, leases, users, an alarm, and two compactions: one that was carried out and one that was not.</summary>
    internal static StoreRig Fill(StoreRig rig)
    {
        rig.Grant(7, ttl: 100);
        rig.Grant(-3, ttl: 5000);
        for (var i = 0; i < 60; i++)
        {
            rig.Put($"k{i % 17:d2}", new string((char)('a' + (i % 26)), i * 7), lease: i % 5 == 0 ? 7 : 0);
            if (i % 9 == 0)
            {
                rig.Delete($"k{i % 5:d2}");
            }
        }

        rig.Compact(12);
        rig.CompactPhysically();
        rig.Compact(20);
        rig.Apply(new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace, Member = 5 });
        AuthRig.User(rig, "u", (PermissionType.Read, "a", "c"), (PermissionType.ReadWrite, "k", "\0"));
        AuthRig.Enable(rig);
        return rig;
    }

    /// <summary>What Maintenance.Snapshot sends.</summary>
    internal static byte[] Save(StoreRig rig)
    {
        using var view = rig.Engine.OpenView();
        var writer = new EtcdFileWriter(view, CancellationToken.None);
        var file = new MemoryStream();
        writer.Write(file);
        Assert.Equal(writer.Length, file.Length);
        file.Write(SHA256.HashData(file.ToArray()));
        return file.ToArray();
    }

    /// <summary>The state that a restore makes of a file.</summary>
    internal static ReplicatedStateMachine Restore(byte[] file, bool mayLackHash = false)
    {
        var restored = new MemoryStream();
        var plan = new RestorePlan([new MemberRecord { Id = 9, Name = "n" }], 1, 1) { KeepAlarms = true };
        RestoredState.Write(BackupSource.Open(new MemoryStream(file), mayLackHash, CancellationToken.None), restored, plan, CancellationToken.None);
        restored.Position = 0;
        var machine = new ReplicatedStateMachine(new MemoryEngine());
        machine.InstallCheckpoint(restored, CancellationToken.None);
        return machine;
    }
}
