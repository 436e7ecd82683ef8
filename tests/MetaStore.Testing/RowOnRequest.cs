using System.Reflection;
using Xunit.Sdk;

namespace MetaStore.Testing;

/// <summary>
/// A theory row that runs only with METASTORE_EVERY_ROW=1: a longer variant of another row, or the other engine where the tested behavior does
/// not depend on the engine. The theory needs at least one other row.
/// </summary>
/// <param name="values">The test's arguments, as for InlineData.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RowOnRequestAttribute(params object[] values) : DataAttribute
{
    /// <summary>Whether such rows run.</summary>
    public static bool IsRequested => Environment.GetEnvironmentVariable("METASTORE_EVERY_ROW") == "1";

    /// <summary>The arguments.</summary>
    public IReadOnlyList<object> Values => values;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => IsRequested ? [values] : [];
}
