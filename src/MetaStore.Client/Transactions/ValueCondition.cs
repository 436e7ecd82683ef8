using MetaStore.Protocol.Etcd;
using Result = MetaStore.Protocol.Etcd.Compare.Types.CompareResult;
using Target = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Client.Transactions;

#pragma warning disable CS0660, CS0661, CA1815 // The operators build requests; nothing is compared here.

/// <summary>The value of a key; a comparison operator makes it a condition.</summary>
public readonly struct ValueCondition
{
    private readonly Bytes _key;

    internal ValueCondition(Bytes key) => _key = key;

    /// <summary>Holds when the value is this one.</summary>
    public static Compare operator ==(ValueCondition left, Bytes right) => left.Is(Result.Equal, right);

    /// <summary>Holds when the value is another one.</summary>
    public static Compare operator !=(ValueCondition left, Bytes right) => left.Is(Result.NotEqual, right);

    /// <summary>Holds when the value sorts after this one.</summary>
    public static Compare operator >(ValueCondition left, Bytes right) => left.Is(Result.Greater, right);

    /// <summary>Holds when the value sorts before this one.</summary>
    public static Compare operator <(ValueCondition left, Bytes right) => left.Is(Result.Less, right);

    private Compare Is(Result result, Bytes value) =>
        new() { Key = _key.Content, Target = Target.Value, Result = result, Value = value.Content };
}
