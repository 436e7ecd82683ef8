using MetaStore.StateMachine.Alarms;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Alarms as etcd stores them: a key each, without a value. Source: etcd etcdserverpb.AlarmMember.</summary>
internal static class EtcdAlarms
{
    public static byte[] Encode(AlarmRecord alarm) => new ProtoBuilder().Number(1, alarm.Member).Number(2, (ulong)alarm.Kind).ToArray();

    /// <exception cref="EtcdFileException">The key is not an alarm.</exception>
    public static AlarmRecord Decode(ReadOnlySpan<byte> key)
    {
        var fields = new ProtoFields(key);
        ulong member = 0, kind = 0;
        while (fields.MoveNext())
        {
            member = fields.Field == 1 ? fields.Number : member;
            kind = fields.Field == 2 ? fields.Number : kind;
        }

        return fields.IsWhole && kind is (ulong)AlarmKind.NoSpace or (ulong)AlarmKind.Corrupt
            ? new AlarmRecord(member, (AlarmKind)kind)
            : throw new EtcdFileException(EtcdNames.Alarm, key, "the key is not an alarm");
    }
}
