using System.Buffers.Binary;
using System.Text;
using MetaStore.Engines;
using MetaStore.StateMachine.Alarms;

namespace MetaStore.StateMachine.Schema;

/// <summary>Every key in the Meta bucket and the shape of small keys elsewhere. Part of the on-disk format.</summary>
internal static class MetaKeys
{
    private const string AlarmPrefix = "alarm/";

    /// <summary>-> <see cref="StateRecord"/>: applied index and term, revision, compacted revision.</summary>
    public static byte[] State { get; } = Encoding.ASCII.GetBytes("state");

    /// <summary>-> 8-byte big-endian revision up to which compaction has removed records.</summary>
    public static byte[] CompactionDone { get; } = Encoding.ASCII.GetBytes("compaction-done");

    /// <summary>-> voters and learners, encoded by the host.</summary>
    public static byte[] ConfState { get; } = Encoding.ASCII.GetBytes("conf-state");

    /// <summary>-> UTF-8 semantic version.</summary>
    public static byte[] ClusterVersion { get; } = Encoding.ASCII.GetBytes("cluster-version");

    /// <summary>First of the alarm keys.</summary>
    public static byte[] Alarms { get; } = Encoding.ASCII.GetBytes(AlarmPrefix);

    /// <summary>First key after the alarm keys ('0' follows '/').</summary>
    public static byte[] AlarmsEnd { get; } = Encoding.ASCII.GetBytes("alarm0");

    /// <summary>"alarm/", kind (1 byte), member (8 bytes, big-endian) -> empty.</summary>
    public static byte[] Alarm(AlarmRecord alarm)
    {
        var key = new byte[AlarmPrefix.Length + 9];
        Alarms.CopyTo(key, 0);
        key[AlarmPrefix.Length] = (byte)alarm.Kind;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(AlarmPrefix.Length + 1), alarm.Member);
        return key;
    }

    /// <exception cref="EngineException">The key is none of <see cref="Alarm"/>.</exception>
    public static AlarmRecord ReadAlarm(ReadOnlySpan<byte> key)
    {
        if (key.Length != AlarmPrefix.Length + 9 || (AlarmKind)key[AlarmPrefix.Length] is not (AlarmKind.NoSpace or AlarmKind.Corrupt))
        {
            throw new EngineException($"The key of an alarm has {key.Length} bytes or an unknown kind.");
        }

        return new(BinaryPrimitives.ReadUInt64BigEndian(key[(AlarmPrefix.Length + 1)..]), (AlarmKind)key[AlarmPrefix.Length]);
    }

    /// <summary>Key of a member or a lease: 8 bytes, big-endian.</summary>
    public static byte[] Id(ulong id)
    {
        var key = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(key, id);
        return key;
    }
}
