namespace DeploymentService.Storage;

/// <summary>The tables and indexes of the database.</summary>
public interface ISchema
{
    /// <summary>Brings them to what this program works with, at a start; a new database gets them all.</summary>
    /// <exception cref="DatabaseUnusableException">The database cannot be used; the message says what to do.</exception>
    void BringUpToDate();
}
