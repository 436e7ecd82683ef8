using MetaStore.Protocol.Etcd;
using Target = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Client.Transactions;

/// <summary>Conditions of a transaction on a key: <c>Condition.Version("a") == 3</c>, <c>Condition.Missing("a")</c>.</summary>
/// <remarks>For a missing key all numbers are 0, and a condition on its value does not hold.</remarks>
public static class Condition
{
    /// <summary>The key exists.</summary>
    public static Compare Exists(Bytes key) => CreateRevision(key) != 0;

    /// <summary>The key does not exist.</summary>
    public static Compare Missing(Bytes key) => CreateRevision(key) == 0;

    /// <summary>Puts since the key was created, including that one.</summary>
    public static NumberCondition Version(Bytes key) => new(key, Target.Version);

    /// <summary>Revision that created the key.</summary>
    public static NumberCondition CreateRevision(Bytes key) => new(key, Target.Create);

    /// <summary>Revision of the last write to the key.</summary>
    public static NumberCondition ModRevision(Bytes key) => new(key, Target.Mod);

    /// <summary>Id of the key's lease; 0 for none.</summary>
    public static NumberCondition Lease(Bytes key) => new(key, Target.Lease);

    /// <summary>The value, compared byte by byte.</summary>
    public static ValueCondition Value(Bytes key) => new(key);
}
