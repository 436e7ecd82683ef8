using MetaStore.Protocol.Etcd;
using Target = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Client.Transactions;

/// <summary>What a transaction asks about a key: <c>Condition.Version("a") == 3</c>, <c>Condition.Missing("a")</c>.</summary>
/// <remarks>Of a key that is not there all numbers are 0, and a condition on its value does not hold.</remarks>
public static class Condition
{
    /// <summary>The key is there.</summary>
    public static Compare Exists(Bytes key) => CreateRevision(key) != 0;

    /// <summary>The key is not there.</summary>
    public static Compare Missing(Bytes key) => CreateRevision(key) == 0;

    /// <summary>Writes since the key was created, that one included.</summary>
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
