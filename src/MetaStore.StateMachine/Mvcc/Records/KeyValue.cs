using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Mvcc.Records;

/// <summary>A key with its value and metadata at one revision.</summary>
/// <remarks>
/// <see cref="Key"/> and <see cref="Value"/> are slices of <see cref="Encoded"/>. From a <see cref="ReadTxn"/> they are valid until it is
/// disposed; from a <see cref="Commands.CommandResult"/> without limit.
/// </remarks>
public readonly struct KeyValue
{
    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Create revision of the key's present generation.</summary>
    public long CreateRevision { get; init; }

    /// <summary>Revision of the last change.</summary>
    public long ModRevision { get; init; }

    /// <summary>Puts in the present generation.</summary>
    public long Version { get; init; }

    /// <summary>The value; empty when only keys were requested.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Attached lease, 0 = none.</summary>
    public long Lease { get; init; }

    /// <summary>
    /// Protobuf encoding as mvccpb.KeyValue with exactly the content above, ready to be copied into a response; empty when only keys were
    /// requested.
    /// </summary>
    public ReadOnlyMemory<byte> Encoded { get; init; }
}
