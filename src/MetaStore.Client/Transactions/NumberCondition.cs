using MetaStore.Protocol.Etcd;
using Result = MetaStore.Protocol.Etcd.Compare.Types.CompareResult;
using Target = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Client.Transactions;

#pragma warning disable CS0660, CS0661, CA1815 // The operators build requests; nothing is compared here.

/// <summary>A number of a key; a comparison operator makes it a condition.</summary>
public readonly struct NumberCondition
{
    private readonly Bytes _key;
    private readonly Target _target;

    internal NumberCondition(Bytes key, Target target) => (_key, _target) = (key, target);

    /// <summary>Holds when the number is this one.</summary>
    public static Compare operator ==(NumberCondition left, long right) => left.Is(Result.Equal, right);

    /// <summary>Holds when the number is another one.</summary>
    public static Compare operator !=(NumberCondition left, long right) => left.Is(Result.NotEqual, right);

    /// <summary>Holds when the number is greater.</summary>
    public static Compare operator >(NumberCondition left, long right) => left.Is(Result.Greater, right);

    /// <summary>Holds when the number is less.</summary>
    public static Compare operator <(NumberCondition left, long right) => left.Is(Result.Less, right);

    private Compare Is(Result result, long number)
    {
        var compare = new Compare { Key = _key.Content, Target = _target, Result = result };
        switch (_target)
        {
            case Target.Version:
                compare.Version = number;
                break;
            case Target.Create:
                compare.CreateRevision = number;
                break;
            case Target.Mod:
                compare.ModRevision = number;
                break;
            default:
                compare.Lease = number;
                break;
        }

        return compare;
    }
}
