using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Mvcc.Records;

/// <summary>A key and what is known about it at one revision.</summary>
/// <remarks>
/// <see cref="Key"/> and <see cref="Value"/> are slices of <see cref="Encoded"/>. From a <see cref="ReadTxn"/> they are valid until it is
/// disposed; from a <see cref="Commands.CommandResult"/> for as long as one likes.
/// </remarks>
public readonly struct KeyValue
{
    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Revision that created the present life of the key.</summary>
    public long CreateRevision { get; init; }

    /// <summary>Revision of the last change.</summary>
    public long ModRevision { get; init; }

    /// <summary>Puts in the present life.</summary>
    public long Version { get; init; }

    /// <summary>The value; empty when only keys were asked for.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Attached lease, 0 = none.</summary>
    public long Lease { get; init; }

    /// <summary>
    /// Protobuf encoding as mvccpb.KeyValue with exactly the content above, ready to be put into a response; empty when only keys were
    /// asked for.
    /// </summary>
    public ReadOnlyMemory<byte> Encoded { get; init; }
}
