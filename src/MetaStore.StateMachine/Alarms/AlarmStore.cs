using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Alarms;

/// <summary>The raised alarms. Changed by the apply thread, read by any.</summary>
/// <remarks>Source: etcd v3 Maintenance.Alarm.</remarks>
public sealed class AlarmStore
{
    private volatile AlarmRecord[] _raised = [];

    internal AlarmStore()
    {
    }

    /// <summary>All raised alarms by member, then kind. Immutable.</summary>
    public IReadOnlyList<AlarmRecord> Raised => _raised;

    /// <summary>NOSPACE is raised for some member.</summary>
    public bool NoSpace { get; private set; }

    /// <summary>CORRUPT is raised for some member.</summary>
    public bool Corrupt { get; private set; }

    internal ErrorCode Apply(in AlarmCommand command, WriteBatch batch, out IReadOnlyList<AlarmRecord> answer)
    {
        var wanted = command;
        var alarm = new AlarmRecord(command.Member, command.Kind);
        answer = [];
        switch (command.Action)
        {
            case AlarmAction.Get:
                answer = [.. _raised.Where(raised
                    => (wanted.Kind == AlarmKind.None || raised.Kind == wanted.Kind)
                        && (wanted.Member == 0 || raised.Member == wanted.Member))];
                return ErrorCode.None;

            case AlarmAction.Activate when command.Kind is AlarmKind.NoSpace or AlarmKind.Corrupt:
                answer = [alarm];
                if (!_raised.Contains(alarm))
                {
                    Set([.. _raised, alarm]);
                    batch.Put(Bucket.Meta, MetaKeys.Alarm(alarm), Array.Empty<byte>());
                }

                return ErrorCode.None;

            case AlarmAction.Deactivate when _raised.Contains(alarm):
                answer = [alarm];
                Set([.. _raised.Where(raised => raised != alarm)]);
                batch.Delete(Bucket.Meta, MetaKeys.Alarm(alarm));
                return ErrorCode.None;

            case AlarmAction.Activate or AlarmAction.Deactivate:
                return ErrorCode.None;

            default:
                return ErrorCode.InvalidAlarmAction;
        }
    }

    internal void Load(IReadView view)
    {
        var raised = new List<AlarmRecord>();
        using var cursor = view.Seek(Bucket.Meta, MetaKeys.Alarms, MetaKeys.AlarmsEnd);
        while (cursor.MoveNext())
        {
            raised.Add(MetaKeys.ReadAlarm(cursor.Key.Span));
        }

        Set(raised);
    }

    private void Set(IEnumerable<AlarmRecord> raised)
    {
        AlarmRecord[] sorted = [.. raised.OrderBy(alarm => alarm.Member).ThenBy(alarm => alarm.Kind)];
        NoSpace = Array.Exists(sorted, alarm => alarm.Kind == AlarmKind.NoSpace);
        Corrupt = Array.Exists(sorted, alarm => alarm.Kind == AlarmKind.Corrupt);
        _raised = sorted;
    }
}
