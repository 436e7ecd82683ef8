using System.Reflection;
using Xunit.Sdk;

namespace MetaStore.Testing;

/// <summary>
/// A row of a theory that runs with METASTORE_EVERY_ROW=1 only: a longer form of another row, or the other engine where what is tested does not
/// depend on the engine. A theory needs another row beside it.
/// </summary>
/// <param name="values">The test's arguments, as for InlineData.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RowOnRequestAttribute(params object[] values) : DataAttribute
{
    /// <summary>The arguments.</summary>
    public IReadOnlyList<object> Values => values;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Environment.GetEnvironmentVariable("METASTORE_EVERY_ROW") == "1" ? [values] : [];
}
