using System.Reflection;
using DeploymentService.Tests.Support;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework($"DeploymentService.Tests.Support.{nameof(WithoutServer)}", "DeploymentService.Tests")]

namespace DeploymentService.Tests.Support;

/// <summary>Runs the tests as ever, and reports as skipped those that need PostgreSQL where there is none: which ones do shows only when they ask for it.</summary>
public sealed class WithoutServer(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => PostgresServer.Missing is null
        ? base.CreateExecutor(assemblyName)
        : new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assemblyName, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assemblyName, source, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases(testCases, new Results(executionMessageSink), executionOptions);
    }

    private sealed class Results(IMessageSink sink) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => sink.OnMessage(
            message is ITestFailed failed && failed.Messages.Any(text => text.Contains(PostgresServer.Missing!, StringComparison.Ordinal))
                ? new TestSkipped(failed.Test, PostgresServer.Missing)
                : message);
    }
}
