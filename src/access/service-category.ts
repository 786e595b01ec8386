import { registerEnumType } from '@nestjs/graphql';

/** FOCUS ServiceCategory. The values are FOCUS's own spelling, as they are stored. */
export enum ServiceCategory {
  AI_AND_MACHINE_LEARNING = 'AI and Machine Learning',
  ANALYTICS = 'Analytics',
  BUSINESS_APPLICATIONS = 'Business Applications',
  COMPUTE = 'Compute',
  DATABASES = 'Databases',
  DEVELOPER_TOOLS = 'Developer Tools',
  IDENTITY = 'Identity',
  INTEGRATION = 'Integration',
  INTERNET_OF_THINGS = 'Internet of Things',
  MANAGEMENT_AND_GOVERNANCE = 'Management and Governance',
  MEDIA = 'Media',
  MIGRATION = 'Migration',
  MOBILE = 'Mobile',
  MULTICLOUD = 'Multicloud',
  NETWORKING = 'Networking',
  SECURITY = 'Security',
  STORAGE = 'Storage',
  WEB = 'Web',
  OTHER = 'Other',
}
registerEnumType(ServiceCategory, { name: 'ServiceCategory', description: 'What kind of service it is (FOCUS ServiceCategory).' });
