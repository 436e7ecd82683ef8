using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands;

/// <summary>Raises, clears or lists alarms. Source: etcd v3 Maintenance.Alarm.</summary>
public readonly struct AlarmCommand : ICommand
{
    /// <summary>What to do.</summary>
    public AlarmAction Action { get; init; }

    /// <summary>The kind; <see cref="AlarmKind.None"/> lists all when getting and changes nothing otherwise.</summary>
    public AlarmKind Kind { get; init; }

    /// <summary>The member concerned; 0 = all members when getting.</summary>
    public ulong Member { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + 2 + CommandFormat.VarintSize(Member);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.Alarm);
        writer.Byte((byte)Action);
        writer.Byte((byte)Kind);
        writer.Varint(Member);
    }

    internal static AlarmCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.Alarm);
        var command = new AlarmCommand
        {
            Action = (AlarmAction)reader.Byte(),
            Kind = (AlarmKind)reader.Byte(),
            Member = reader.Varint(),
        };
        reader.End();
        return command;
    }
}
