namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Required relation of the actual value to the given one; numbers as in etcd's proto. Any other number always holds.</summary>
public enum CompareResult
{
    /// <summary>Actual equals wanted.</summary>
    Equal = 0,

    /// <summary>Actual is above wanted.</summary>
    Greater = 1,

    /// <summary>Actual is below wanted.</summary>
    Less = 2,

    /// <summary>Actual differs from wanted.</summary>
    NotEqual = 3,
}
